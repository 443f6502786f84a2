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
	if err := c.alterObject(func(o *object) { o.tags = tags }); err != nil {
		return err
	}
	return c.empty(http.StatusOK)
}

// deleteTagging answers DELETE /{key}?tagging.
func (c *call) deleteTagging() error {
	if err := c.drain(); err != nil {
		return err
	}
	if err := c.alterObject(func(o *object) { o.tags = nil }); err != nil {
		return err
	}
	return c.empty(http.StatusNoContent)
}
