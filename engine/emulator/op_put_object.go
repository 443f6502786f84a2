package emulator

func (c *call) putObject() error { return unbuilt("putObject") }
