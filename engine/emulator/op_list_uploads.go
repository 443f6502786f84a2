package emulator

import (
	"bytes"
	"slices"
	"strings"
	"time"

	"offcut/engine/ks3"
)

// An uploadsPage is one page of a listing while it is being read.
type uploadsPage struct {
	bucket, prefix, delimiter string
	keyMarker, idMarker       string
	limit                     int
	url                       bool // keys are answered percent-encoded
	user                      func(id string) User
	owner                     User

	scope, within   []byte // rows of the bucket; rows of the prefix
	count           int
	truncated       bool
	nextKey, nextID string
	uploads, groups xmlDoc
	people          map[string]string // users as they are written, by id
	stamp           int64             // the last instant, and how it is written
	stampText       string
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
	url, err := c.wantsURLEncoding()
	if err != nil {
		return nil, err
	}
	return &uploadsPage{
		bucket: c.bucket, prefix: c.query.Get("prefix"), delimiter: c.query.Get("delimiter"),
		keyMarker: c.query.Get("key-marker"), idMarker: c.query.Get("upload-id-marker"),
		limit: limit, url: url, user: c.user, owner: c.user(c.home.owner), people: map[string]string{},
	}, nil
}

func (p *uploadsPage) read(cursor rowCursor) error {
	p.scope, p.within = appendScope(nil, p.bucket), scopeKey(p.bucket, p.prefix)
	// Of the entry before; key and id live as long as the transaction.
	var key, id []byte
	var group string
	var err error
	k, v := cursor.Seek(p.start())
	for hasPrefix(k, p.within) {
		if p.count == p.limit {
			p.truncated, p.nextKey = true, group
			if group == "" {
				p.nextKey, p.nextID = string(key), string(id)
			}
			return nil
		}
		if key, id, err = splitRow(k, p.scope); err != nil {
			return err
		}
		p.count++
		if group = p.groupOf(key); group != "" {
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
	p.groups.text("Prefix", keyEncoding(p.url)(group))
	p.groups.shut("CommonPrefixes")
}

func (p *uploadsPage) addUpload(key, id, row []byte) error {
	initiated, initiator, class, err := uploadHead(row)
	if err != nil {
		return err
	}
	d := &p.uploads
	d.open("Upload")
	if p.url {
		d.text("Key", ks3.EscapeKey(string(key)))
	} else {
		d.bytes("Key", key)
	}
	d.bytes("UploadId", id)
	p.person("Initiator", initiator)
	p.person("Owner", nil)
	d.bytes("StorageClass", class)
	if p.stampText == "" || initiated != p.stamp {
		p.stamp, p.stampText = initiated, ks3.FormatInstant(time.UnixMilli(initiated))
	}
	d.text("Initiated", p.stampText)
	d.shut("Upload")
	return nil
}

// person writes a user, the owner where there is no id. Few users have many
// uploads, so each is put together once.
func (p *uploadsPage) person(name string, id []byte) {
	text, ok := p.people[string(id)]
	if !ok {
		u := p.owner
		if len(id) > 0 {
			u = p.user(string(id))
		}
		var d xmlDoc
		d.text("ID", u.ID)
		d.text("DisplayName", u.Name)
		text = string(d.b)
		p.people[string(id)] = text
	}
	p.uploads.open(name)
	p.uploads.b = append(p.uploads.b, text...)
	p.uploads.shut(name)
}

func (c *call) uploadsDocument(p *uploadsPage) *xmlDoc {
	encode := keyEncoding(p.url)
	d := newXML("ListMultipartUploadsResult", namespaceS3)
	d.b = slices.Grow(d.b, len(p.uploads.b)+len(p.groups.b))
	d.text("Bucket", p.bucket)
	d.text("KeyMarker", encode(p.keyMarker))
	d.text("UploadIdMarker", p.idMarker)
	if p.truncated {
		d.text("NextKeyMarker", encode(p.nextKey))
		d.text("NextUploadIdMarker", p.nextID)
	}
	if p.delimiter != "" {
		d.text("Delimiter", encode(p.delimiter))
	}
	d.text("Prefix", encode(p.prefix))
	c.encodingElement(d)
	d.number("MaxUploads", int64(p.limit))
	d.truth("IsTruncated", p.truncated)
	d.b = append(d.b, p.uploads.b...)
	d.b = append(d.b, p.groups.b...)
	return d
}

// wantsURLEncoding reads encoding-type.
func (c *call) wantsURLEncoding() (bool, error) {
	switch text := c.query.Get("encoding-type"); text {
	case "", "url":
		return text != "", nil
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

// encodingElement says that keys are encoded, under the name of the dialect: the
// native one has a hyphen.
func (c *call) encodingElement(d *xmlDoc) {
	name := "Encoding-Type"
	if c.dialect == ks3.AWS {
		name = "EncodingType"
	}
	d.optional(name, c.query.Get("encoding-type"))
}
