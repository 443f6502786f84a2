package emulator

import "net/http"

// maxTaggingBody fits a full set of tags in any spelling.
const maxTaggingBody = 64 << 10

// getTagging answers GET /{key}?tagging.
func (c *call) getTagging() error {
	if err := c.drain(); err != nil {
		return err
	}
	o, err := c.findObject()
	if err != nil {
		return err
	}
	d := c.newXML("Tagging", namespaceS3)
	d.open("TagSet")
	for _, t := range o.tags {
		d.open("Tag")
		d.text("Key", t.key)
		d.text("Value", t.value)
		d.shut("Tag")
	}
	d.shut("TagSet")
	return c.xml(d)
}

// putTagging answers PUT /{key}?tagging: the body's tags take the place of those
// that the object has.
func (c *call) putTagging() error {
	doc, err := c.document(maxTaggingBody)
	if err != nil {
		return err
	}
	tags, err := parseTagging(doc)
	if err != nil {
		return err
	}
	if err := checkTags(tags); err != nil {
		return err
	}
	if err := c.setTags(tags); err != nil {
		return err
	}
	return c.empty(http.StatusOK)
}

// deleteTagging answers DELETE /{key}?tagging.
func (c *call) deleteTagging() error {
	if err := c.drain(); err != nil {
		return err
	}
	if err := c.setTags(nil); err != nil {
		return err
	}
	return c.empty(http.StatusNoContent)
}

// setTags replaces an object's tags. Its Last-Modified stays (KS3's object
// tagging page).
func (c *call) setTags(tags []tag) error {
	var found bool
	err := c.store.change(func(t tables) error {
		var o object
		var err error
		if o, found, err = t.object(c.bucket, c.key); err != nil || !found {
			return err
		}
		o.tags = tags
		return t.objects.Put(objectKey(c.bucket, c.key), o.encode())
	})
	if err == nil && !found {
		err = c.missingKey()
	}
	return err
}
