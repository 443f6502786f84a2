package emulator

func (c *call) getTagging() error { return unbuilt("getTagging") }

func (c *call) putTagging() error { return unbuilt("putTagging") }

func (c *call) deleteTagging() error { return unbuilt("deleteTagging") }
