package emulator

import (
	"slices"

	"offcut/engine/emulator/switches"
	"offcut/engine/ks3"
)

// listUploads answers GET /?uploads: uploads in the order of their key's bytes,
// then of their ids. A page costs what is on it, wherever it begins.
func (c *call) listUploads() error {
	if err := c.drain(); err != nil {
		return err
	}
	p, err := c.readUploads()
	if err != nil {
		return err
	}
	return c.xml(c.uploadsDocument(p))
}

func (c *call) readUploads() (*uploadsPage, error) {
	p, err := c.newUploadsPage()
	if err != nil {
		return nil, err
	}
	return p, c.view(func(t tables) error {
		if c.set.Quirks == (switches.Quirks{}) {
			return p.read(t.uploads.Cursor())
		}
		return c.readWithQuirks(p, t)
	})
}

func (c *call) newUploadsPage() (*uploadsPage, error) {
	limit, err := c.uploadsLimit()
	if err != nil {
		return nil, err
	}
	url, err := c.wantsURLEncoding()
	if err != nil {
		return nil, err
	}
	p := &uploadsPage{
		scan:      scan{c.bucket, c.query.Get("prefix"), c.query.Get("delimiter"), limit},
		keyMarker: c.query.Get("key-marker"), idMarker: c.query.Get("upload-id-marker"),
		url: url, user: c.user, owner: c.user(c.home.owner), people: map[string]string{},
	}
	p.scope, p.within = appendScope(nil, p.bucket), scopeKey(p.bucket, p.prefix)
	p.from = p.start()
	p.uploads = xmlDoc{style: c.style(), depth: 1}
	p.groups = p.uploads
	return p, nil
}

func (c *call) uploadsDocument(p *uploadsPage) *xmlDoc {
	encode := keyEncoding(p.url)
	d := c.newXML("ListMultipartUploadsResult", namespaceS3)
	d.b = slices.Grow(d.b, len(p.uploads.b)+len(p.groups.b))
	d.text("Bucket", p.bucket)
	d.text("KeyMarker", encode(c.query.Get("key-marker")))
	d.text("UploadIdMarker", c.query.Get("upload-id-marker"))
	if next, named := c.nextMarkers(p); p.truncated {
		if named {
			d.text("NextKeyMarker", encode(next.key))
		}
		d.text("NextUploadIdMarker", next.id)
	}
	if p.delimiter != "" {
		d.text("Delimiter", encode(p.delimiter))
	}
	d.text("Prefix", encode(p.prefix))
	c.encodingElement(d)
	d.number("MaxUploads", int64(c.shownLimit(p)))
	d.truth("IsTruncated", p.truncated)
	d.b = append(d.b, p.uploads.b...)
	d.b = append(d.b, p.groups.b...)
	return d
}

// wantsURLEncoding reads encoding-type: whether keys are answered percent-encoded.
func (c *call) wantsURLEncoding() (bool, error) {
	switch text := c.query.Get("encoding-type"); text {
	case "":
		return false, nil
	case "url":
		return c.set.URLEncoding == "", nil
	default:
		return false, refuse(ks3.CodeInvalidArgument, "encoding-type is %q; url is the only one.", text)
	}
}

// keyEncoding gives what is done to keys and markers in an answer.
func keyEncoding(url bool) func(string) string {
	if url {
		return ks3.EscapeKey
	}
	return func(s string) string { return s }
}

// encodingElement says that keys are encoded. KS3's name of the element has a
// hyphen, which no AWS client reads: one that signs as such is told both ways.
func (c *call) encodingElement(d *xmlDoc) {
	if c.set.URLEncoding == "ignored" {
		return
	}
	spelling := c.set.EncodingElement
	if spelling == "" && c.dialect == ks3.AWS {
		spelling = "both"
	}
	if spelling != "plain" {
		d.optional("Encoding-Type", c.query.Get("encoding-type"))
	}
	if spelling == "plain" || spelling == "both" {
		d.optional("EncodingType", c.query.Get("encoding-type"))
	}
}
