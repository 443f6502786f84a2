package emulator

import (
	"encoding/base64"
	"encoding/binary"
	"hash/crc32"
	"slices"
	"strconv"

	"offcut/engine/ks3"
)

// An objectsPage is one page of a listing of objects. KS3's pages speak of the
// first version of the call only; the second, list-type=2, is S3's.
type objectsPage struct {
	scan
	v2        bool
	marker    string // version 1: as sent
	token     string // version 2: as sent
	tokenSent bool
	after     string // version 2: start-after, as sent
	from      string // entries follow this key or group
	url       bool   // keys are answered percent-encoded
	owner     User
	showOwner bool

	count            int
	truncated        bool
	last             string
	contents, groups xmlDoc
}

// listObjects answers GET Bucket in both versions: objects and groups of them in
// the order of their keys' bytes. A page costs what is on it.
func (c *call) listObjects() error {
	if err := c.drain(); err != nil {
		return err
	}
	p, err := c.readObjects()
	if err != nil {
		return err
	}
	return c.xml(c.objectsDocument(p))
}

func (c *call) readObjects() (*objectsPage, error) {
	p, err := c.newObjectsPage()
	if err != nil || p.limit == 0 {
		return p, err
	}
	return p, c.view(func(t tables) (err error) {
		p.truncated, err = p.run(t.objects.Cursor(), p.behind(p.from), p.addObject, p.addGroup)
		return err
	})
}

func (c *call) newObjectsPage() (*objectsPage, error) {
	p := &objectsPage{owner: c.user(c.home.owner), contents: xmlDoc{style: c.style(), depth: 1}}
	p.groups = p.contents
	p.scan = scan{bucket: c.bucket, prefix: c.query.Get("prefix"), delimiter: c.query.Get("delimiter")}
	var err error
	if p.limit, err = c.maxKeys(); err != nil {
		return nil, err
	}
	if p.url, err = c.wantsURLEncoding(); err != nil {
		return nil, err
	}
	switch version := c.query.Get("list-type"); version {
	case "", "1":
		p.marker, p.showOwner = c.query.Get("marker"), true
		p.from = p.marker
		return p, nil
	case "2":
		return p, c.readVersion2(p)
	default:
		return nil, refuse(ks3.CodeInvalidArgument, "list-type is %q; 1 and 2 are allowed.", version)
	}
}

// readVersion2 reads what only list-type=2 has. With a token, start-after says
// nothing more (S3).
func (c *call) readVersion2(p *objectsPage) (err error) {
	p.v2, p.after = true, c.query.Get("start-after")
	p.from = p.after
	p.token, p.tokenSent = c.query.Get("continuation-token"), c.query.Has("continuation-token")
	if p.token != "" {
		if p.from, err = readToken(p.token); err != nil {
			return err
		}
	}
	if text := c.query.Get("fetch-owner"); text != "" {
		if p.showOwner, err = strconv.ParseBool(text); err != nil {
			return refuse(ks3.CodeInvalidArgument, "fetch-owner is %q; true and false are allowed.", text)
		}
	}
	return nil
}

// maxKeys reads max-keys: as in S3, 0 lists nothing and more than 1000 is 1000.
func (c *call) maxKeys() (int, error) {
	text := c.query.Get("max-keys")
	if text == "" {
		return maxPage, nil
	}
	n, err := strconv.ParseUint(text, 10, 31)
	if err != nil {
		return 0, refuse(ks3.CodeInvalidArgument, "max-keys is %q; 0 to %d is allowed.", text, 1<<31-1)
	}
	return int(min(n, maxPage)), nil
}

// makeToken writes where a listing goes on. Clients must not look into it.
func makeToken(last string) string {
	sum := binary.BigEndian.AppendUint32(nil, crc32.ChecksumIEEE([]byte(last)))
	return base64.RawURLEncoding.EncodeToString(append(sum, last...))
}

func readToken(token string) (last string, err error) {
	raw, err := base64.RawURLEncoding.Strict().DecodeString(token)
	if err != nil || len(raw) < 4 || binary.BigEndian.Uint32(raw) != crc32.ChecksumIEEE(raw[4:]) {
		return "", refuse(ks3.CodeInvalidArgument, "The continuation token %q is none of this server's.", token)
	}
	return string(raw[4:]), nil
}

func (p *objectsPage) addGroup(name string) {
	p.last = name
	p.count++
	p.groups.open("CommonPrefixes")
	p.groups.text("Prefix", keyEncoding(p.url)(name))
	p.groups.shut("CommonPrefixes")
}

func (p *objectsPage) addObject(key, _, row []byte) error {
	o, err := summarize(row)
	if err != nil {
		return err
	}
	p.last = string(key)
	p.count++
	d := &p.contents
	d.open("Contents")
	d.text("Key", keyEncoding(p.url)(p.last))
	d.instant("LastModified", o.modified)
	d.text("ETag", quote(o.etag))
	d.number("Size", o.size)
	if p.showOwner {
		d.user("Owner", p.owner)
	}
	d.text("StorageClass", o.class)
	d.shut("Contents")
	return nil
}

// summarize reads only what a listing shows of an object.
func summarize(row []byte) (object, error) {
	d := newDecoder(row)
	o := object{size: int64(d.uvarint()), modified: d.varint(), etag: d.text(), crc: d.fixed()}
	o.class = d.text()
	return o, d.err
}

func (c *call) objectsDocument(p *objectsPage) *xmlDoc {
	encode := keyEncoding(p.url)
	d := c.newXML("ListBucketResult", namespaceS3)
	d.b = slices.Grow(d.b, len(p.contents.b)+len(p.groups.b))
	d.text("Name", p.bucket)
	d.text("Prefix", encode(p.prefix))
	if p.v2 {
		p.placeOfVersion2(d)
	} else {
		d.text("Marker", encode(p.marker))
		// S3 gives it with a delimiter only, and then clients take the last key
		// instead. It is right in every case, so every truncated page has it.
		if p.truncated {
			d.text("NextMarker", encode(p.last))
		}
	}
	d.number("MaxKeys", int64(p.limit))
	if p.delimiter != "" {
		d.text("Delimiter", encode(p.delimiter))
	}
	d.truth("IsTruncated", p.truncated)
	c.encodingElement(d)
	d.b = append(d.b, p.contents.b...)
	d.b = append(d.b, p.groups.b...)
	return d
}

func (p *objectsPage) placeOfVersion2(d *xmlDoc) {
	if p.tokenSent {
		d.text("ContinuationToken", p.token)
	}
	d.optional("StartAfter", keyEncoding(p.url)(p.after))
	if p.truncated {
		d.text("NextContinuationToken", makeToken(p.last))
	}
	d.number("KeyCount", int64(p.count))
}
