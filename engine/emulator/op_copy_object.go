package emulator

func (c *call) copyObject() error { return unbuilt("copyObject") }
