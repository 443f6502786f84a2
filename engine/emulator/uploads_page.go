package emulator

import (
	"bytes"
	"math"
	"time"

	"offcut/engine/ks3"
)

// An uploadsPage is one page of a listing while it is being read.
type uploadsPage struct {
	scan
	keyMarker, idMarker string
	url                 bool // keys are answered percent-encoded
	user                func(id string) User
	owner               User
	alter               func(e uploadEntry, row []byte) (uploadEntry, error) // what a quirk does to an entry; nil for none

	scope, within, from []byte // rows of the bucket; those to list; where the page begins
	count               int
	truncated           bool
	last, first         place  // the last entry; the first of the next page, where a quirk tells it
	behind              []byte // the first row that is not on the page; lives as long as the transaction
	uploads, groups     xmlDoc
	people              map[string]string // users as they are written, by id
	stamp               int64             // the last instant, and how it is written
	stampText           string
}

// A place is where a listing stands, as the Next markers name it. The id is
// empty behind a group.
type place struct{ key, id string }

// An uploadEntry is what a listing says of one upload. Its slices live as long
// as the transaction.
type uploadEntry struct {
	key, id, initiator, class []byte
	initiated                 int64
}

// noInstant is an instant that isn't told.
const noInstant = math.MinInt64

// A rowCursor walks rows in their order.
type rowCursor interface {
	Seek(row []byte) (key, value []byte)
	Next() (key, value []byte)
}

// read fills the page from rows in their order, beginning at from.
func (p *uploadsPage) read(cursor rowCursor) error {
	// Of the entry before; key and id live as long as the transaction.
	var key, id []byte
	var group string
	var err error
	k, v := cursor.Seek(p.from)
	for ; hasPrefix(k, p.within) && p.count < p.limit; p.count++ {
		if key, id, err = splitRow(k, p.scope); err != nil {
			return err
		}
		if group = p.groupAt(key); group == "" {
			if err := p.addUpload(uploadEntry{key: key, id: id}, v); err != nil {
				return err
			}
			k, v = cursor.Next()
			continue
		}
		p.addGroup(group)
		if next := successor(scopeKey(p.bucket, group)); next != nil {
			k, v = cursor.Seek(next)
		} else {
			k = nil
		}
	}
	if p.truncated = hasPrefix(k, p.within); p.truncated {
		p.behind = k
	}
	p.last = place{key: group}
	if group == "" {
		p.last = place{string(key), string(id)}
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
	case p.groupOf(p.keyMarker) == p.keyMarker:
		// A page that ended with a group goes on behind all of it.
		after = successor(scopeKey(p.bucket, p.keyMarker))
	case p.idMarker != "":
		after = append(uploadKey(p.bucket, p.keyMarker, p.idMarker), zeroByte)
	default:
		after = afterKey(p.bucket, p.keyMarker)
	}
	return later(after, p.within)
}

func later(a, b []byte) []byte {
	if bytes.Compare(a, b) > 0 {
		return a
	}
	return b
}

// groupAt is groupOf of a key that is copied only where groups are asked for.
func (p *uploadsPage) groupAt(key []byte) string {
	if p.delimiter == "" {
		return ""
	}
	return p.groupOf(string(key))
}

// addGroup counts a group like an upload, as S3 does; KS3's page does not say.
func (p *uploadsPage) addGroup(group string) {
	p.groups.open("CommonPrefixes")
	p.groups.text("Prefix", keyEncoding(p.url)(group))
	p.groups.shut("CommonPrefixes")
}

func (p *uploadsPage) addUpload(e uploadEntry, row []byte) (err error) {
	if e.initiated, e.initiator, e.class, err = uploadHead(row); err != nil {
		return err
	}
	if p.alter != nil {
		if e, err = p.alter(e, row); err != nil {
			return err
		}
	}
	d := &p.uploads
	d.open("Upload")
	if p.url {
		d.text("Key", ks3.EscapeKey(string(e.key)))
	} else {
		d.bytes("Key", e.key)
	}
	d.bytes("UploadId", e.id)
	p.person("Initiator", e.initiator)
	p.person("Owner", nil)
	d.bytes("StorageClass", e.class)
	if e.initiated != noInstant {
		if p.stampText == "" || e.initiated != p.stamp {
			p.stamp, p.stampText = e.initiated, d.style.instant(time.UnixMilli(e.initiated))
		}
		d.text("Initiated", p.stampText)
	}
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
		d := xmlDoc{style: p.uploads.style, depth: p.uploads.depth + 1}
		d.person(u)
		text = string(d.b)
		p.people[string(id)] = text
	}
	p.uploads.open(name)
	p.uploads.b = append(p.uploads.b, text...)
	p.uploads.shut(name)
}
