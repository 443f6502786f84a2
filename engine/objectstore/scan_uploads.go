package objectstore

import (
	"errors"
	"strings"

	"offcut/engine/ks3"
	"offcut/rules"
)

// An uploadsPage is one ListMultipartUploadsResult. Keys and markers are as
// written: see keyReading.
type uploadsPage struct {
	bucket          string
	nextKey, nextID string
	encoding        string // what Encoding-Type (or EncodingType) says
	truncated       bool
	told            bool // IsTruncated was there
	uploads         []rules.Upload
}

// A names table holds texts that repeat from upload to upload, so that they do
// not keep a page in memory.
type names struct {
	last  [3]string
	users [3]string // the inside of the element that last came from; empty when not known
	known map[string]string
}

// mostNames bounds the table; owners and storage classes are few.
const mostNames = 4096

// keep returns the table's copy of a text. slot remembers the last one of a field.
func (n *names) keep(slot int, text string) string {
	if text == n.last[slot] {
		return n.last[slot]
	}
	copied, found := n.known[text]
	if !found {
		if n.known == nil || len(n.known) >= mostNames {
			n.known = make(map[string]string)
		}
		copied = strings.Clone(text)
		n.known[copied] = copied
	}
	n.last[slot] = copied
	return copied
}

// smallestUpload is a bound from below for the XML of one upload.
const smallestUpload = 64

// scanUploads reads a page. Keys, ids and markers are parts of body.
func scanUploads(body string, n *names) (uploadsPage, error) {
	s := scanner{src: body}
	p := uploadsPage{uploads: make([]rules.Upload, 0, min(1000, len(body)/smallestUpload))}
	s.enter("ListMultipartUploadsResult")
	for {
		name, more := s.child()
		if !more {
			break
		}
		switch name {
		case "Upload":
			p.uploads = append(p.uploads, rules.Upload{})
			s.upload(&p.uploads[len(p.uploads)-1], n)
		case "IsTruncated":
			p.truncated, p.told = s.boolean(), true
		case "NextKeyMarker":
			p.nextKey = s.value()
		case "NextUploadIdMarker":
			p.nextID = s.value()
		case "Encoding-Type", "EncodingType":
			p.encoding = s.value()
		case "Bucket":
			p.bucket = s.value()
		default:
			s.skip()
		}
	}
	if err := s.leave(); err != nil {
		return p, err
	}
	if !p.told {
		return p, errors.New("IsTruncated is missing")
	}
	return p, nil
}

// upload reads one Upload element.
func (s *scanner) upload(u *rules.Upload, n *names) {
	for {
		name, more := s.child()
		if !more {
			break
		}
		switch name {
		case "Key":
			s.once(u.Key)
			// A carriage return that is not an entity may be half of a line end.
			at := s.pos
			u.Key = s.value()
			u.KeyUnproven = s.err == nil && strings.IndexByte(s.src[at:s.pos], '\r') >= 0
		case "UploadId":
			s.once(u.ID)
			u.ID = s.value()
		case "Initiated":
			u.Initiated, _ = ks3.ParseInstant(s.value())
		case "StorageClass":
			u.StorageClass = n.keep(0, s.value())
		case "Owner":
			u.Owner = s.user(n, 1, u.Owner)
		case "Initiator":
			u.Initiator = s.user(n, 2, u.Initiator)
		default:
			s.skip()
		}
	}
	if s.err == nil && (u.Key == "" || u.ID == "") {
		s.fail(errors.New("an upload has no key or no id"))
	}
}

// once refuses a second element where the first one gave a text.
func (s *scanner) once(before string) {
	if before != "" {
		s.fail(errors.New("an upload has two keys or two ids"))
	}
}

// user reads an Owner or Initiator into a slot of the table. Most uploads of a
// bucket have the same ones: what was read before is recognised as a whole.
func (s *scanner) user(n *names, slot int, id string) string {
	inside := n.users[slot]
	if inside != "" && id == "" && !s.empty && strings.HasPrefix(s.src[s.pos:], inside) && strings.HasPrefix(s.src[s.pos+len(inside):], "</") {
		s.pos += len(inside)
		s.end()
		return n.last[slot]
	}
	from := s.pos
	read := n.keep(slot, s.userID(id))
	n.users[slot] = ""
	if end := strings.LastIndex(s.src[from:s.pos], "</"); s.err == nil && id == "" && end > 0 {
		n.users[slot] = strings.Clone(s.src[from : from+end])
	}
	return read
}

// userID reads the ID of an Owner or Initiator; without one it is what it was.
func (s *scanner) userID(id string) string {
	for {
		name, more := s.child()
		if !more {
			return id
		}
		if name == "ID" {
			id = s.value()
		} else {
			s.skip()
		}
	}
}
