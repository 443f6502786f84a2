package emulator

func (c *call) getLifecycle() error { return unbuilt("getLifecycle") }

func (c *call) putLifecycle() error { return unbuilt("putLifecycle") }

func (c *call) deleteLifecycle() error { return unbuilt("deleteLifecycle") }
