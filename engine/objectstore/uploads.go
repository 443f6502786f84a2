package objectstore

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"net/http"
	"net/url"
	"strings"

	"offcut/engine"
	"offcut/rules"
)

// pageSize is the most that KS3 and S3 give in one page.
const pageSize = "1000"

// What a store did that a careful reader should know.
const (
	noteNoMarker    = "the store named no next marker: paging went on from the last upload of each page"
	noteFarMarker   = "the store's next marker lies beyond the last upload of its page: paging went on from that upload"
	noteUnsorted    = "the store does not list uploads in the order of their keys"
	noteLongPage    = "the store ignores max-uploads: a page held more than 1000 uploads"
	noteOverlap     = "pages of the store overlap: uploads that came twice are counted once"
	noteEmptyPage   = "the store promised more uploads and then sent an empty page"
	noteNotEncoded  = "the store says that keys are url-encoded and does not encode them: keys with % or + are left alone"
	noteNoIDMarker  = "the store refuses upload-id-marker: uploads of a key at a page's edge may be missing"
	noteNothing     = "nothing was listed; this store is not known to list every upload, so that this is no proof that there is none"
	noteUnprovenKey = "the exact bytes of some keys are not certain: those uploads are left alone"
)

// A listing walks over the uploads of a bucket. It trusts no page that it cannot
// check against the one before.
type listing struct {
	c              *Client
	bucket, prefix string

	keyMarker, idMarker string
	ids                 map[string]bool // id markers used with keyMarker
	keyOnly             bool            // the store refused upload-id-marker
	more                bool            // the last page was truncated
	done                bool

	listed   bool           // some upload came
	before   []rules.Upload // the page before
	disputed bool           // keys are not encoded although the store says so
	decoded  bool           // some key was changed by decoding
	names    names
	noted    map[string]bool
}

// ListUploads lists the unfinished uploads of a bucket whose keys begin with
// prefix, page by page, to the end. The first error ends the sequence.
func (c *Client) ListUploads(ctx context.Context, bucket, prefix string) iter.Seq2[engine.UploadPage, error] {
	return func(yield func(engine.UploadPage, error) bool) {
		l := &listing{c: c, bucket: bucket, prefix: prefix, noted: make(map[string]bool)}
		for !l.done {
			page, err := l.page(ctx)
			if err != nil {
				yield(engine.UploadPage{}, err)
				return
			}
			if !yield(page, nil) {
				return
			}
		}
		if l.keyOnly {
			yield(engine.UploadPage{}, l.call().fail(errors.New(
				"the store refuses upload-id-marker, so that uploads of a key at a page's edge may be missing: "+
					"list fewer than 1000 uploads at once by longer prefixes")))
		}
	}
}

// call builds the request of the next page.
func (l *listing) call() *call {
	cl := l.c.newCall(actionListUploads, http.MethodGet, l.bucket)
	cl.query.Set("uploads", "")
	cl.query.Set("max-uploads", pageSize)
	cl.query.Set("encoding-type", "url")
	for name, value := range map[string]string{"prefix": l.prefix, "key-marker": l.keyMarker, "upload-id-marker": l.idMarker} {
		if value != "" { // some stores refuse an empty one
			cl.query.Set(name, value)
		}
	}
	return cl
}

// page reads the next page and settles where the one after begins.
func (l *listing) page(ctx context.Context) (engine.UploadPage, error) {
	cl := l.call()
	if l.bucket == "" {
		return engine.UploadPage{}, cl.fail(errors.New("the bucket has no name"))
	}
	ans, err := l.c.read(ctx, cl)
	out := engine.UploadPage{Date: ans.date, RequestID: ans.requestID}
	if err != nil && l.idMarker != "" && ans.status == http.StatusBadRequest {
		l.keyOnly, l.idMarker = true, ""
		l.note(&out, noteNoIDMarker)
		cl = l.call()
		if ans, err = l.c.read(ctx, cl); err == nil {
			out.Date, out.RequestID = ans.date, ans.requestID
		}
	}
	if err != nil {
		return engine.UploadPage{}, err
	}
	p, err := scanUploads(ans.body, &l.names)
	if err != nil {
		return engine.UploadPage{}, l.c.notAListing(cl, ans, "ListMultipartUploadsResult", err)
	}
	if p.bucket != "" && p.bucket != l.bucket {
		return engine.UploadPage{}, cl.failf(ans, "the answer is about bucket %s", show(p.bucket))
	}
	if err := l.take(&p, &out); err != nil {
		return engine.UploadPage{}, cl.failf(ans, "%w", err)
	}
	return out, nil
}

// take reads the keys of a page, checks it against the one before and moves the
// markers.
func (l *listing) take(p *uploadsPage, out *engine.UploadPage) error {
	nextKey, nextProven, err := l.readKeys(p, out)
	if err != nil {
		return err
	}
	if len(p.uploads) > 1000 {
		l.note(out, noteLongPage)
	}
	if len(p.uploads) == 0 && l.more {
		l.note(out, noteEmptyPage)
	}
	sorted := l.sorted(p.uploads)
	if !sorted {
		l.note(out, noteUnsorted)
	}
	if out.Uploads, err = l.fresh(p.uploads, sorted, out); err != nil {
		return err
	}
	l.before, l.more = p.uploads, p.truncated
	l.listed = l.listed || len(p.uploads) > 0
	if !p.truncated {
		if l.done = true; !l.listed && !l.c.listingProves() {
			l.note(out, noteNothing)
		}
		return nil
	}
	if !nextProven {
		return errors.New("the store's next marker cannot be read with certainty, so that the listing cannot go on")
	}
	return l.advance(p, nextKey, sorted, out)
}

// readKeys settles the encoding of a page's keys and reads them.
func (l *listing) readKeys(p *uploadsPage, out *engine.UploadPage) (nextKey string, proven bool, err error) {
	reading := p.keysOf()
	if reading == keysEncoded && l.disputed {
		reading = keysDisputed
	}
	if reading == keysDisputed {
		if l.decoded {
			return "", false, errors.New("the store says that keys are url-encoded, which this page refutes after others were decoded")
		}
		l.disputed = true
		l.note(out, noteNotEncoded)
	}
	d := p.newDecoder(reading)
	d.keys(p.uploads)
	nextKey, proven = d.key(p.nextKey)
	l.decoded = l.decoded || d.used
	for i := range p.uploads {
		p.uploads[i].Bucket = l.bucket
		if p.uploads[i].KeyUnproven {
			l.note(out, noteUnprovenKey)
		}
	}
	return nextKey, proven, nil
}

// sorted reports whether a page goes on where the one before ended, in the order
// of the keys' bytes. Nothing promises an order among the ids of one key.
func (l *listing) sorted(uploads []rules.Upload) bool {
	last := ""
	if len(l.before) > 0 {
		last = l.before[len(l.before)-1].Key
	}
	for i := range uploads {
		if uploads[i].Key < last {
			return false
		}
		last = uploads[i].Key
	}
	return true
}

// A place is what tells one upload of a bucket from another.
type place struct{ key, id string }

// fresh leaves out what came before: on the page before, or on this page. A page
// with nothing new repeats itself, and so would every page after it.
func (l *listing) fresh(uploads []rules.Upload, sorted bool, out *engine.UploadPage) ([]rules.Upload, error) {
	if len(uploads) == 0 || sorted && l.distinct(uploads) {
		return uploads, nil
	}
	known := make(map[place]bool, len(l.before)+len(uploads))
	for i := range l.before {
		known[place{l.before[i].Key, l.before[i].ID}] = true
	}
	kept := make([]rules.Upload, 0, len(uploads))
	for i := range uploads {
		if at := (place{uploads[i].Key, uploads[i].ID}); !known[at] {
			known[at] = true
			kept = append(kept, uploads[i])
		}
	}
	if len(kept) == 0 {
		return nil, errors.New("the listing does not advance: a page holds nothing but what the page before held")
	}
	if len(kept) < len(uploads) {
		l.note(out, noteOverlap)
	}
	return kept, nil
}

// distinct reports whether no key of a sorted page came before, which settles
// for most pages that no upload did.
func (l *listing) distinct(uploads []rules.Upload) bool {
	if len(l.before) > 0 && uploads[0].Key == l.before[len(l.before)-1].Key {
		return false
	}
	for i := 1; i < len(uploads); i++ {
		if uploads[i].Key == uploads[i-1].Key {
			return false
		}
	}
	return true
}

// advance moves the markers behind a truncated page.
func (l *listing) advance(p *uploadsPage, nextKey string, sorted bool, out *engine.UploadPage) error {
	if len(p.uploads) == 0 {
		return errors.New("the store sent an empty page and says that more follows")
	}
	last := &p.uploads[len(p.uploads)-1]
	key, id := nextKey, p.nextID
	if plain, err := url.QueryUnescape(id); err == nil && p.encoding != "" && plain == last.ID {
		id = plain // ids are not encoded in the uploads themselves
	}
	switch {
	case key == "" && !sorted:
		return errors.New("the store named no next marker and its uploads are in no order, so that the listing cannot go on")
	case key == "":
		l.note(out, noteNoMarker)
		key, id = last.Key, first(id, last.ID)
	case sorted && key > last.Key:
		l.note(out, noteFarMarker)
		key, id = last.Key, last.ID
	case key == last.Key && id == "":
		l.note(out, noteNoMarker)
		id = last.ID
	}
	if key == last.Key && last.KeyUnproven {
		return errors.New("the last key of a page is not certain, so that the listing cannot go on behind it")
	}
	if l.keyOnly {
		id = ""
	}
	return l.move(key, id)
}

// move sets the markers, which must never come back to where they were.
func (l *listing) move(key, id string) error {
	switch order := strings.Compare(key, l.keyMarker); {
	case order < 0:
		return fmt.Errorf("the listing does not advance: after the marker %s the store names %s", quote(l.keyMarker), quote(key))
	case order > 0:
		l.ids = make(map[string]bool, 1)
	case l.ids[id]:
		return fmt.Errorf("the listing does not advance: the store names the marker %s, %s again", quote(key), quote(id))
	}
	l.keyMarker, l.idMarker = strings.Clone(key), strings.Clone(id)
	l.ids[l.idMarker] = true
	return nil
}

// note adds a note to a page, once in a listing.
func (l *listing) note(out *engine.UploadPage, text string) {
	if !l.noted[text] {
		l.noted[text] = true
		out.Notes = append(out.Notes, text)
	}
}

// notAListing makes the Error of an answer that is not what was asked for.
func (c *Client) notAListing(cl *call, ans answer, want string, why error) *Error {
	e := cl.failf(ans, "the answer is not a whole %s: %w; it begins with %s", want, why, quote(head(ans.body)))
	e.Hint = "is " + c.where.home.host + " an S3 endpoint, and nothing between that changes answers?"
	return e
}

// head is the beginning of a body, for messages.
func head(body string) string {
	const length = 60
	return strings.ToValidUTF8(body[:min(len(body), length)], "")
}
