package emulator

func (c *call) getPolicy() error { return unbuilt("getPolicy") }

func (c *call) putPolicy() error { return unbuilt("putPolicy") }

func (c *call) deletePolicy() error { return unbuilt("deletePolicy") }
