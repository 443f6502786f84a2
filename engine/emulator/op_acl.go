package emulator

func (c *call) getBucketACL() error { return unbuilt("getBucketACL") }

func (c *call) putBucketACL() error { return unbuilt("putBucketACL") }

func (c *call) getObjectACL() error { return unbuilt("getObjectACL") }

func (c *call) putObjectACL() error { return unbuilt("putObjectACL") }
