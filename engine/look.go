package engine

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/dustin/go-humanize/english"
)

// lookTries is how often one look of Apply reads an upload's parts. It soon gives up:
// a later round looks again.
const lookTries = 3

// A looker asks one store whether uploads are there. It only reads.
type looker struct {
	*pool
	store Store
	now   func() time.Time
	wait  func(time.Duration) bool // waits and reports whether to go on afterwards
	tries int                      // readings of one upload's parts before a temporary failure counts as lasting
}

// A presence is what a look at the store says about an upload.
type presence uint8

const (
	unknown presence = iota // the store could not be asked to the end; the zero value
	present
	absent
)

// A finding is a presence with what was seen, for the outcome's text: when present,
// what the store does ("still lists it"); when unknown, a sentence that says why.
type finding struct {
	presence
	seen      string
	requestID string // of the last answer
	err       error  // what ended the look, if something did
}

// look asks the store about one upload. The claim is Aborted where an abort of ours
// was answered with success, Gone where the store said that it is gone before that,
// and empty where neither is known. Reading its parts says that it is gone only by
// NoSuchUpload, and for an upload that we did not abort a listing of its very key
// must agree. A store may instead answer the parts of an aborted upload with an
// empty list: that parts which the plan saw are gone agrees with the abort, and the
// listing decides.
func (l *looker) look(ctx context.Context, item *Item, claim Result, suspect bool) (found finding) {
	ref := item.ref()
	parts, err := l.readAgain(ctx, ref)
	defer func() { found.requestID = cmp.Or(found.requestID, parts.RequestID) }()
	noSuch := errors.Is(err, ErrNoSuchUpload)
	switch {
	case noSuch && claim == Aborted && !suspect:
		return finding{presence: absent}
	case noSuch:
		return l.lookInListing(ctx, ref, noSuch)
	case err != nil:
		return unsure("read its parts: %w", err)
	case parts.Foreign || parts.Unreadable:
		return unsure("its parts were answered for another upload, or not to their end")
	case parts.Count > 0:
		return finding{presence: present, seen: fmt.Sprintf("still has it, with %s of %d bytes", english.Plural(parts.Count, "part", ""), parts.Bytes)}
	case claim == Gone:
		return unsure("its parts are an empty list, which is no NoSuchUpload")
	}
	found = l.lookInListing(ctx, ref, item.Parts.Count > 0)
	if found.presence == absent && claim != Aborted {
		return unsure("it is not listed, but its parts are an empty list, which is no NoSuchUpload")
	}
	return found
}

// unsure is the finding of a look that came to no end.
func unsure(format string, args ...any) finding {
	err := fmt.Errorf("its absence could not be proven: "+format, args...)
	text, requestID := brief(err)
	return finding{seen: text, requestID: requestID, err: err}
}

// readAgain reads the parts of a claimed upload. It is called with a slot and
// returns with one, but holds none while it waits after a temporary failure. Only a
// limited number of times.
func (l *looker) readAgain(ctx context.Context, ref Ref) (PartsAnswer, error) {
	for tries := 1; ; tries++ {
		parts, err := l.store.ListParts(ctx, ref)
		if tries == l.tries || !errors.Is(err, ErrTemporary) {
			return parts, err
		}
		l.leave()
		goOn := l.wait(waitAfter(err, tries))
		l.enter()
		if !goOn {
			return parts, err
		}
	}
}

// lookInListing lists the uploads under the key itself to the end. A listing that
// may be wrong about the upload proves nothing: one that is an old copy, strays from
// what was asked for, holds a key that is not certain, or tells of a peculiarity. Only
// where nothing is listed at all and partsAgree says that list parts shows the same,
// its notes take nothing away.
func (l *looker) lookInListing(ctx context.Context, ref Ref, partsAgree bool) (found finding) {
	var requestID string
	defer func() { found.requestID = cmp.Or(found.requestID, requestID) }()
	var doubt, note string
	pages, listed := 0, 0
	for page, err := range l.store.ListUploads(ctx, ref.Bucket, ref.Key) {
		if err != nil {
			return unsure("list the uploads of its key: %w", err)
		}
		requestID = page.RequestID
		for i := range page.Uploads {
			switch u := &page.Uploads[i]; {
			case u.ID == ref.ID && u.Key == ref.Key:
				return finding{presence: present, seen: "still lists it"}
			case u.ID == ref.ID:
				return finding{presence: present, seen: fmt.Sprintf("lists its upload id under the key %q", u.Key)}
			}
		}
		doubt = cmp.Or(doubt, l.doubts(&page, ref.Bucket, ref.Key))
		note = cmp.Or(note, strings.Join(page.Notes, "; "))
		pages++
		listed += len(page.Uploads)
	}
	switch {
	case pages == 0:
		return unsure("the listing of its key has no page")
	case doubt != "":
		return unsure("the listing of its key is not to be trusted: %s", doubt)
	case note != "" && (listed > 0 || !partsAgree):
		return unsure("the listing of its key is not to be trusted: %s", note)
	}
	return finding{presence: absent}
}

// doubts says why a page of a listing proves no absence, or returns "". Its notes
// are for the caller to judge.
func (l *looker) doubts(page *UploadPage, bucket, prefix string) string {
	if !l.fresh(page.Date) {
		return "its Date is missing, or not of now: it may be an old copy"
	}
	for i := range page.Uploads {
		switch u := &page.Uploads[i]; {
		case u.Bucket != bucket || !strings.HasPrefix(u.Key, prefix):
			return fmt.Sprintf("it holds key %q of bucket %q, which was not asked for", u.Key, u.Bucket)
		case u.KeyUnproven:
			return fmt.Sprintf("the exact bytes of the key %q in it are not certain", u.Key)
		}
	}
	return ""
}

// fresh reports whether an answer's Date is near the local clock. A listing from
// another time may be a copy from before the aborts.
func (l *looker) fresh(date time.Time) bool {
	return !date.IsZero() && l.now().Sub(date).Abs() <= MaxSkew
}
