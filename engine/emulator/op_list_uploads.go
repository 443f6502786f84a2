package emulator

import (
	"bytes"
	"strings"

	"offcut/engine/ks3"
)

// An uploadsPage is one page of a listing while it is being read.
type uploadsPage struct {
	bucket, prefix, delimiter string
	keyMarker, idMarker       string
	limit                     int
	encode                    func(string) string
	user                      func(id string) User
	owner                     User

	scope, within []byte // rows of the bucket; rows of the prefix
	count         int
	truncated     bool
	nextKey       string
	nextID        string
	uploads       xmlDoc
	groups        xmlDoc
}

// A rowCursor walks rows in their order.
type rowCursor interface {
	Seek(row []byte) (key, value []byte)
	Next() (key, value []byte)
}

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
	return p, c.store.view(func(t tables) error { return p.read(t.uploads.Cursor()) })
}

func (c *call) newUploadsPage() (*uploadsPage, error) {
	limit, err := c.pageSize("max-uploads")
	if err != nil {
		return nil, err
	}
	encode, err := c.keyEncoding()
	if err != nil {
		return nil, err
	}
	return &uploadsPage{
		bucket: c.bucket, prefix: c.query.Get("prefix"), delimiter: c.query.Get("delimiter"),
		keyMarker: c.query.Get("key-marker"), idMarker: c.query.Get("upload-id-marker"),
		limit: limit, encode: encode, user: c.Server.user, owner: c.Server.user(c.home.owner),
	}, nil
}

func (p *uploadsPage) read(cursor rowCursor) error {
	p.scope, p.within = appendScope(nil, p.bucket), scopeKey(p.bucket, p.prefix)
	k, v := cursor.Seek(p.start())
	for hasPrefix(k, p.within) {
		if p.count == p.limit {
			p.truncated = true
			return nil
		}
		key, id, err := splitRow(k, p.scope)
		if err != nil {
			return err
		}
		p.count++
		if group := p.groupOf(key); group != "" {
			p.addGroup(group)
			next := successor(scopeKey(p.bucket, group))
			if next == nil {
				return nil
			}
			k, v = cursor.Seek(next)
			continue
		}
		if err := p.addUpload(key, id, v); err != nil {
			return err
		}
		k, v = cursor.Next()
	}
	return nil
}

// start is the first row that the markers leave. A key marker alone is exclusive;
// with an upload id marker, later uploads of the marker's key come too (KS3's
// List Multipart Uploads page of 2024). An upload id marker alone is ignored.
func (p *uploadsPage) start() []byte {
	var after []byte
	switch {
	case p.keyMarker == "":
		return p.within
	case p.group(p.keyMarker) == p.keyMarker:
		// A page that ended with a group goes on behind all of it.
		after = successor(scopeKey(p.bucket, p.keyMarker))
	case p.idMarker != "":
		after = append(uploadKey(p.bucket, p.keyMarker, p.idMarker), zeroByte)
	default:
		after = afterKey(p.bucket, p.keyMarker)
	}
	if bytes.Compare(after, p.within) > 0 {
		return after
	}
	return p.within
}

func (p *uploadsPage) groupOf(key []byte) string {
	if p.delimiter == "" {
		return ""
	}
	return p.group(string(key))
}

// group gives the beginning of key up to the first delimiter behind the prefix,
// or nothing where the key is listed by itself.
func (p *uploadsPage) group(key string) string {
	rest, found := strings.CutPrefix(key, p.prefix)
	if p.delimiter == "" || !found {
		return ""
	}
	before, _, found := strings.Cut(rest, p.delimiter)
	if !found {
		return ""
	}
	return p.prefix + before + p.delimiter
}

// addGroup counts a group like an upload, as S3 does; KS3's page does not say.
func (p *uploadsPage) addGroup(group string) {
	p.groups.open("CommonPrefixes")
	p.groups.text("Prefix", p.encode(group))
	p.groups.shut("CommonPrefixes")
	p.nextKey, p.nextID = group, ""
}

func (p *uploadsPage) addUpload(key, id, row []byte) error {
	initiated, initiator, class, err := uploadHead(row)
	if err != nil {
		return err
	}
	p.nextKey, p.nextID = string(key), string(id)
	by := p.owner
	if len(initiator) > 0 {
		by = p.user(string(initiator))
	}
	d := &p.uploads
	d.open("Upload")
	d.text("Key", p.encode(p.nextKey))
	d.text("UploadId", p.nextID)
	d.user("Initiator", by)
	d.user("Owner", p.owner)
	d.bytes("StorageClass", class)
	d.instant("Initiated", initiated)
	d.shut("Upload")
	return nil
}

func (c *call) uploadsDocument(p *uploadsPage) *xmlDoc {
	d := newXML("ListMultipartUploadsResult", namespaceS3)
	d.text("Bucket", p.bucket)
	d.text("KeyMarker", p.encode(p.keyMarker))
	d.text("UploadIdMarker", p.idMarker)
	if p.truncated {
		d.text("NextKeyMarker", p.encode(p.nextKey))
		d.text("NextUploadIdMarker", p.nextID)
	}
	if p.delimiter != "" {
		d.text("Delimiter", p.encode(p.delimiter))
	}
	d.text("Prefix", p.encode(p.prefix))
	c.encodingElement(d)
	d.number("MaxUploads", int64(p.limit))
	d.truth("IsTruncated", p.truncated)
	d.b = append(d.b, p.uploads.b...)
	d.b = append(d.b, p.groups.b...)
	return d
}

// keyEncoding reads encoding-type and gives what is done to keys and markers.
func (c *call) keyEncoding() (func(string) string, error) {
	switch text := c.query.Get("encoding-type"); text {
	case "":
		return func(s string) string { return s }, nil
	case "url":
		return ks3.EscapeKey, nil
	default:
		return nil, refuse(ks3.CodeInvalidArgument, "encoding-type is %q; url is the only one.", text)
	}
}

// encodingElement says that keys are encoded, under the name of the dialect: the
// native one has a hyphen.
func (c *call) encodingElement(d *xmlDoc) {
	name := "Encoding-Type"
	if c.dialect == ks3.AWS {
		name = "EncodingType"
	}
	d.optional(name, c.query.Get("encoding-type"))
}
