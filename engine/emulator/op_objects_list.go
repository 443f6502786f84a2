package emulator

func (c *call) listObjects() error { return unbuilt("listObjects") }
