package objectstore

import (
	"context"
	"errors"
	"hash/maphash"
	"iter"
	"net/http"
	"strings"

	"offcut/engine"
	"offcut/rules"
)

// pageSize is the most that KS3 and S3 give in one page.
const pageSize = "1000"

// What a store did that a careful reader should know.
const (
	noteNoMarker    = "the store named no next marker: paging went on from the last upload of each page"
	noteFarMarker   = "the store's next marker is not the last upload of its page: paging went on from that upload"
	noteUnsorted    = "the store does not list uploads in the order of their keys"
	noteLongPage    = "the store ignores max-uploads: a page held more than 1000 uploads"
	noteOverlap     = "pages of the store overlap: uploads that came twice are counted once"
	noteKeyByKey    = "given both markers the store lists the marker's key alone: paging went on behind that key"
	noteNotEncoded  = "the store says that keys are url-encoded and does not encode them: keys with % or + are left alone"
	noteNoIDMarker  = "the store refuses upload-id-marker: the keys at the edges of pages were listed once more, each by itself"
	noteNothing     = "nothing was listed; this store is not known to list every upload, so that this is no proof that there is none"
	noteUnprovenKey = "the exact bytes of some keys are not certain: those uploads are left alone"
	noteSampleStart = "the store gives uploads the start 2010-11-10T20:48:33Z, which is a sample of S3's manual and no start: those uploads are left alone"
	noteNotSaid     = "the store said that nothing follows a full page, and more did: it was asked for"
	noteNoUploads   = "the store answers NoSuchUpload where a bucket has no uploads; the bucket is there"
	noteFromMemory  = "MinIO lists from its memory: uploads that were begun before its last start are missing here, except under a prefix that is their very key"
)

// A listing walks over the uploads of a bucket. It trusts no page that it cannot
// check against the one before.
type listing struct {
	c              *Client
	bucket, prefix string

	keyMarker, idMarker string
	ids                 map[string]bool // id markers used with keyMarker
	keyOnly             bool            // the store refused upload-id-marker
	edge                bool            // asking for the uploads of keyMarker's key alone; see atEdge
	byID                bool            // the store pages by the id alone; see advanceByID
	probing             bool            // asking whether anything follows behind keyMarker
	past                bool            // the store includes the marker's key: keyMarker is the next possible key behind it
	doubted             bool            // asking for what follows a full page that was said to be the last
	done                bool

	listed   bool            // some upload came
	before   []rules.Upload  // the page before
	seen     map[uint64]bool // hashes of the uploads so far, in a listing that is not sorted; see remember
	seed     maphash.Seed    // of seen
	disputed bool            // keys are not encoded although the store says so
	decoded  bool            // some key was changed by decoding
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
	}
}

// call builds the request of the next page.
func (l *listing) call() *call {
	cl := l.c.newCall(actionListUploads, http.MethodGet, l.bucket)
	cl.query.Set("uploads", "")
	cl.query.Set("max-uploads", pageSize)
	cl.query.Set("encoding-type", "url")
	params := map[string]string{"prefix": l.prefix, "key-marker": l.keyMarker, "upload-id-marker": l.idMarker}
	if l.edge {
		params = map[string]string{"prefix": l.keyMarker}
	}
	for name, value := range params {
		if value != "" { // some stores refuse an empty one
			cl.query.Set(name, value)
		}
	}
	return cl
}

// pageOf is a page without uploads, with what an answer says of itself.
func pageOf(ans answer) engine.UploadPage {
	return engine.UploadPage{Date: ans.date, Sent: ans.asked, RequestID: ans.requestID}
}

// page reads the next page and settles where the one after begins.
func (l *listing) page(ctx context.Context) (engine.UploadPage, error) {
	cl := l.call()
	if l.bucket == "" {
		return engine.UploadPage{}, cl.fail(errors.New("the bucket has no name"))
	}
	ans, err := l.c.read(ctx, cl)
	out := pageOf(ans)
	if err != nil && l.idMarker != "" && !l.byID && ans.status == http.StatusBadRequest {
		l.keyOnly, l.edge, l.idMarker = true, true, ""
		cl = l.call()
		ans, err = l.c.read(ctx, cl)
		out = pageOf(ans)
		l.note(&out, noteNoIDMarker)
	}
	if err != nil {
		return l.nothing(ctx, err)
	}
	p, err := scanUploads(ans.body, &l.names)
	if err != nil {
		return engine.UploadPage{}, l.c.notAListing(cl, ans, "ListMultipartUploadsResult", err)
	}
	if p.bucket != "" && p.bucket != l.bucket {
		return engine.UploadPage{}, cl.failf(ans, "the answer is about bucket %s", show(p.bucket))
	}
	if l.c.kind == kindS3 && strings.EqualFold(ans.header.Get("Server"), "MinIO") {
		l.note(&out, noteFromMemory)
	}
	if err := l.take(&p, &out); err != nil {
		return engine.UploadPage{}, cl.failf(ans, "%w", err)
	}
	return out, nil
}

// nothing tells a bucket without uploads from one that is missing, where the store
// answers NoSuchUpload for both: it is asked for the bucket itself. Every other error
// stays what it is.
func (l *listing) nothing(ctx context.Context, err error) (engine.UploadPage, error) {
	if !errors.Is(err, engine.ErrNoSuchUpload) || l.listed || l.c.listsAll() {
		return engine.UploadPage{}, err
	}
	ans, missing := l.c.read(ctx, l.c.newCall(actionHeadBucket, http.MethodHead, l.bucket))
	if missing != nil {
		return engine.UploadPage{}, err
	}
	l.done = true
	out := pageOf(ans)
	out.Notes = []string{noteNoUploads, noteNothing}
	return out, nil
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
	e := cl.failf(ans, "the answer is not a whole %s: %w; it begins with %s", want, why, quote(head(ans.hide(ans.body[:min(len(ans.body), faultLimit)]))))
	e.Hint = "is " + c.where.home.host + " an S3 endpoint, and nothing between that changes answers?"
	return e
}

// head is the beginning of a body, for messages.
func head(body string) string {
	const length = 60
	return strings.ToValidUTF8(body[:min(len(body), length)], "")
}
