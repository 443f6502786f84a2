package emulator

func (c *call) uploadPartCopy() error { return unbuilt("uploadPartCopy") }
