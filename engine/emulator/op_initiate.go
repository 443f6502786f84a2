package emulator

// initiate answers POST /{key}?uploads. It neither looks at nor reports an
// object of the same key, unless the request itself forbids to overwrite one:
// then an upload that is bound to fail does not begin.
func (c *call) initiate() error {
	if err := c.drain(); err != nil {
		return err
	}
	// The SDKs send callbacks with Put Object and Complete only.
	if err := c.refuseHeaders("callback"); err != nil {
		return err
	}
	given, err := c.readAttributes()
	if err != nil {
		return err
	}
	u := upload{initiated: millis(c.now()), initiator: c.initiator(), attributes: given}
	id := randomID()
	row := uploadKey(c.bucket, c.key, id)
	err = c.change(func(t tables) error {
		if err := c.mayOverwrite(t.objects.Get(objectKey(c.bucket, c.key)) != nil); err != nil {
			return err
		}
		if u.serial, err = t.uploads.NextSequence(); err != nil {
			return err
		}
		return t.uploads.Put(row, u.encode())
	})
	if err != nil {
		return err
	}
	c.access.UploadID = id
	c.encryptionHeaders(u.sse)
	d := c.newXML("InitiateMultipartUploadResult", "")
	d.text("Bucket", c.bucket)
	d.text("Key", c.key)
	d.text("UploadId", id)
	return c.xml(d)
}
