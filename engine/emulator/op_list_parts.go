package emulator

import (
	"strconv"

	"offcut/engine/ks3"
)

// maxPage is the default and the maximum of max-uploads and max-parts.
const maxPage = 1000

// A partsPage is one page of an upload's parts.
type partsPage struct {
	id           string
	after, limit int
	url          bool // the key is answered percent-encoded
	upload       upload
	parts        []part
	truncated    bool
}

// listParts answers GET /{key}?uploadId=U.
func (c *call) listParts() error {
	if err := c.drain(); err != nil {
		return err
	}
	p := partsPage{id: c.query.Get("uploadId")}
	var err error
	if p.limit, err = c.pageSize("max-parts"); err != nil {
		return err
	}
	if p.after, err = c.partMarker(); err != nil {
		return err
	}
	if p.url, err = c.wantsURLEncoding(); err != nil {
		return err
	}
	err = c.view(func(t tables) (err error) {
		if p.upload, err = c.listedUpload(t, p.id); err != nil {
			return err
		}
		p.parts, err = t.partsOf(p.upload, p.after)
		return err
	})
	if err != nil {
		return err
	}
	if p.truncated = len(p.parts) > p.limit; p.truncated {
		p.parts = p.parts[:p.limit]
	}
	return c.xml(c.partsDocument(p))
}

func (c *call) partsDocument(p partsPage) *xmlDoc {
	d := c.newXML("ListPartsResult", namespaceS3)
	d.text("Bucket", c.bucket)
	d.text("Key", keyEncoding(p.url)(c.key))
	d.text("UploadId", p.id)
	c.encodingElement(d)
	initiator, owner := c.peopleOf(p.upload)
	d.user("Initiator", initiator)
	d.user("Owner", owner)
	if c.set.StorageClass == "empty" {
		p.upload.class = ""
	}
	d.text("StorageClass", p.upload.class)
	d.number("PartNumberMarker", int64(p.after))
	if p.truncated {
		d.number("NextPartNumberMarker", int64(p.parts[len(p.parts)-1].number))
	}
	d.number("MaxParts", int64(p.limit))
	d.truth("IsTruncated", p.truncated)
	for _, part := range p.parts {
		d.open("Part")
		d.number("PartNumber", int64(part.number))
		d.instant("LastModified", part.modified)
		d.text("ETag", quote(part.tag(p.id)))
		d.number("Size", part.size)
		d.shut("Part")
	}
	return d
}

// peopleOf gives who began an upload, which may be a sub-user, and the account
// that owns its bucket.
func (c *call) peopleOf(u upload) (initiator, owner User) {
	if c.set.People == "empty" {
		return User{}, User{}
	}
	owner = c.user(c.home.owner)
	if u.initiator == "" {
		return owner, owner
	}
	return c.user(u.initiator), owner
}

func (c *call) partMarker() (int, error) {
	text := c.query.Get("part-number-marker")
	if text == "" {
		return 0, nil
	}
	n, err := strconv.ParseUint(text, 10, 31)
	if err != nil {
		return 0, refuse(ks3.CodeInvalidArgument, "part-number-marker %q is not a number.", text)
	}
	return int(min(n, maxPartNumber)), nil
}

// pageSize reads max-uploads or max-parts: 1 to 1000, which is also the default.
func (c *call) pageSize(name string) (int, error) {
	text := c.query.Get(name)
	if text == "" {
		return maxPage, nil
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 1 || n > maxPage {
		return 0, refuse(ks3.CodeInvalidArgument, "%s is %q; 1 to %d is allowed.", name, text, maxPage)
	}
	return n, nil
}
