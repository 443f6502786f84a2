package emulator

func (c *call) deleteObject() error { return unbuilt("deleteObject") }

func (c *call) deleteObjects() error { return unbuilt("deleteObjects") }
