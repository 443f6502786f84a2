package objectstore

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"net/http"
	"strconv"
	"time"

	"offcut/engine"
	"offcut/engine/ks3"
)

// A partsPage is one ListPartsResult, as written.
type partsPage struct {
	bucket, key, id string
	encoding        string
	next            int64
	truncated, told bool
	parts           []part
}

// A part is one Part of a ListPartsResult.
type part struct {
	number, size       int64
	etag, lastModified string
}

// ListParts reads all parts of an upload, over all pages. It sends each page's
// request once: after a transient fault the caller decides when to begin again,
// and holds nothing that others need while it waits.
func (c *Client) ListParts(ctx context.Context, ref engine.Ref) (engine.PartsAnswer, error) {
	var out engine.PartsAnswer
	sum := partsSum{out: &out, hash: sha256.New()}
	for marker := int64(0); ; {
		cl := c.partsCall(ref, marker)
		if err := checkRef(ref); err != nil {
			return engine.PartsAnswer{}, cl.fail(err)
		}
		ans, err := c.attempt(ctx, cl)
		if err != nil {
			return engine.PartsAnswer{}, err
		}
		p, err := scanParts(ans.body)
		if err != nil {
			return engine.PartsAnswer{}, c.notAListing(cl, ans, "ListPartsResult", err)
		}
		out.RequestID = ans.requestID
		if !p.answers(ref) {
			out.Foreign = true
		}
		if err := sum.add(p.parts); err != nil {
			return engine.PartsAnswer{}, cl.failf(ans, "%w", err)
		}
		if !p.truncated {
			out.Fingerprint = hex.EncodeToString(sum.hash.Sum(nil)[:16])
			return out, nil
		}
		if marker, err = p.after(); err != nil {
			return engine.PartsAnswer{}, cl.failf(ans, "%w", err)
		}
	}
}

// partsCall builds the request of one page. The key comes back as it is wherever
// XML can carry it, and is compared byte for byte: there are stores that encode it
// when asked to, and do not say so.
func (c *Client) partsCall(ref engine.Ref, marker int64) *call {
	cl := c.newCall(actionListParts, http.MethodGet, ref.Bucket)
	cl.key, cl.id = ref.Key, ref.ID
	cl.query.Set("uploadId", ref.ID)
	cl.query.Set("max-parts", pageSize)
	if !plainText(ref.Key) {
		cl.query.Set("encoding-type", "url")
	}
	if marker > 0 {
		cl.query.Set("part-number-marker", strconv.FormatInt(marker, 10))
	}
	return cl
}

// answers reports whether a page is about the upload that was asked for.
func (p *partsPage) answers(ref engine.Ref) bool {
	return p.id == ref.ID && sameKey(p.key, p.encoding, ref.Key) && (p.bucket == "" || p.bucket == ref.Bucket)
}

// after gives the marker of the next page: the last part of this one, which grows
// from page to page. The marker is exclusive and there are stores that name the
// first part of the next page in NextPartNumberMarker, so that going by it would
// skip that part.
func (p *partsPage) after() (int64, error) {
	if len(p.parts) == 0 {
		return 0, errors.New("the store sent an empty page of parts and says that more follow")
	}
	last := p.parts[len(p.parts)-1].number
	if p.next != 0 && p.next < last {
		return 0, fmt.Errorf("the list of parts does not advance: after part %d the store names %d", last, p.next)
	}
	return last, nil
}

// What a part can be at most. A number is at most 10,000 on KS3 and S3, which
// also ends every list; the size is that of the largest object of either, more
// than any part, and so many of it do not wrap a sum.
const (
	mostPartNumber = 10_000
	mostPartSize   = 5 << 40
)

// A partsSum adds parts up as they come.
type partsSum struct {
	out  *engine.PartsAnswer
	hash hash.Hash
	last int64  // the highest number so far
	line []byte // what is hashed of one part
}

// add takes the parts of one page. Numbers must grow over all pages: a part that
// came twice would be counted twice, one out of order may hide another.
func (s *partsSum) add(parts []part) error {
	for i := range parts {
		p := &parts[i]
		if p.number <= s.last {
			return fmt.Errorf("part %d comes after part %d: the list of parts is not in order", p.number, s.last)
		}
		switch {
		case p.number > mostPartNumber:
			return fmt.Errorf("the list of parts holds a part %d, and no part has a number over %d", p.number, mostPartNumber)
		case p.size < 0 || p.size > mostPartSize:
			return fmt.Errorf("part %d has a size of %d bytes, and no part can be like that", p.number, p.size)
		}
		s.last = p.number
		s.out.Count++
		s.out.Bytes += p.size
		at, known := ks3.ParseInstant(p.lastModified)
		stamp := p.lastModified
		if known && !at.IsZero() {
			stamp = at.Format(time.RFC3339Nano)
			if at.After(s.out.Newest) {
				s.out.Newest = at
			}
		} else {
			s.out.TimeUnknown = true
		}
		s.line = strconv.AppendQuote(append(strconv.AppendInt(s.line[:0], p.number, 10), ' '), p.etag)
		s.line = strconv.AppendInt(append(s.line, ' '), p.size, 10)
		s.line = append(strconv.AppendQuote(append(s.line, ' '), stamp), '\n')
		s.hash.Write(s.line)
	}
	return nil
}

// scanParts reads a page of parts.
func scanParts(body string) (partsPage, error) {
	s := scanner{src: body}
	var p partsPage
	s.enter("ListPartsResult")
	for {
		name, more := s.child()
		if !more {
			break
		}
		switch name {
		case "Part":
			p.parts = append(p.parts, s.part())
		case "Bucket":
			p.bucket = s.value()
		case "Key":
			p.key = s.value()
		case "UploadId":
			p.id = s.value()
		case "Encoding-Type", "EncodingType":
			p.encoding = s.value()
		case "IsTruncated":
			p.truncated, p.told = s.boolean(), true
		case "NextPartNumberMarker":
			p.next = s.optionalNumber()
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

// part reads one Part element.
func (s *scanner) part() part {
	p := part{size: -1}
	for {
		name, more := s.child()
		if !more {
			break
		}
		switch name {
		case "PartNumber":
			p.number = s.number()
		case "Size":
			p.size = s.number()
		case "ETag":
			p.etag = s.value()
		case "LastModified":
			p.lastModified = s.value()
		default:
			s.skip()
		}
	}
	if s.err == nil && (p.number < 1 || p.size < 0) {
		s.fail(errors.New("a part has no number or no size"))
	}
	return p
}

// optionalNumber reads a number that some stores leave empty.
func (s *scanner) optionalNumber() int64 {
	raw := s.text()
	if raw == "" {
		return 0
	}
	n, err := strconv.ParseInt(raw, 10, 64)
	if err != nil {
		s.fail(fmt.Errorf("%s is no number", quote(raw)))
	}
	return n
}
