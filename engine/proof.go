package engine

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"strings"
)

// lookTries is how often one look for an upload reads its parts.
const lookTries = 3

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
	seen string
}

// proveOne looks for one claimed upload and settles it, or keeps it as a survivor
// for the next round; after a stop too, as long as ctx allows. suspect says that a
// listing seems to show the upload, or that it was there after an abort, so that
// the word of list parts alone is not enough.
func (l *lane) proveOne(ctx context.Context, a *attempt, suspect bool) {
	found := l.look(ctx, a, suspect)
	if found.presence == unknown && l.stopped() {
		found.seen = l.cut() + " before its absence was proven"
	}
	switch {
	case found.presence == absent:
		l.proven(a)
	case found.presence == present && a.Result == Gone:
		l.conclude(a, Failed, "the store says NoSuchUpload, but "+found.seen+": plan again, and look at it with the store's own tools")
	case found.presence == present:
		l.survive(a, "the store "+found.seen)
	default:
		l.survive(a, found.seen)
	}
}

// look asks the store about one upload. Reading its parts says that it is gone
// only by NoSuchUpload, and for an upload that we did not abort a listing of its
// very key must agree. A store may instead answer the parts of an aborted upload
// with an empty list; then the listing alone decides.
func (l *lane) look(ctx context.Context, a *attempt, suspect bool) finding {
	parts, err := l.readAgain(ctx, a.ref())
	noSuch := errors.Is(err, ErrNoSuchUpload)
	switch {
	case noSuch && a.Result == Aborted && !suspect:
		return finding{presence: absent}
	case noSuch:
		return l.lookInListing(ctx, a.ref(), noSuch)
	case err != nil:
		return unsure("read its parts: %v", err)
	case parts.Foreign || parts.Unreadable:
		return unsure("its parts were answered for another upload, or not to their end")
	case parts.Count > 0:
		return finding{presence: present, seen: fmt.Sprintf("still has it, with %d parts of %d bytes", parts.Count, parts.Bytes)}
	case a.Result == Gone:
		return unsure("its parts are an empty list, which is no NoSuchUpload")
	default:
		return l.lookInListing(ctx, a.ref(), noSuch)
	}
}

// unsure is the finding of a look that came to no end.
func unsure(format string, args ...any) finding {
	return finding{seen: "its absence could not be proven: " + fmt.Sprintf(format, args...)}
}

// readAgain reads the parts of a claimed upload. It is called with a slot and
// returns with one, but holds none while it waits after a temporary failure. It soon
// gives up: a later round looks again.
func (l *lane) readAgain(ctx context.Context, ref Ref) (PartsAnswer, error) {
	for tries := 1; ; tries++ {
		parts, err := l.store.ListParts(ctx, ref)
		if tries == lookTries || !errors.Is(err, ErrTemporary) {
			return parts, err
		}
		l.leave()
		goOn := l.pause(waitAfter(err, tries))
		l.enter()
		if !goOn {
			return parts, err
		}
	}
}

// lookInListing lists the uploads under the key itself to the end. A listing that
// may be wrong about the upload proves nothing: one that is an old copy, strays from
// what was asked for, holds a key that is not certain, or tells of a peculiarity. Only
// where nothing is listed at all and noSuch says that list parts agrees, its notes
// take nothing away.
func (l *lane) lookInListing(ctx context.Context, ref Ref, noSuch bool) finding {
	var doubt, note string
	pages, listed := 0, 0
	for page, err := range l.store.ListUploads(ctx, ref.Bucket, ref.Key) {
		if err != nil {
			return unsure("list the uploads of its key: %v", err)
		}
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
	case note != "" && (listed > 0 || !noSuch):
		return unsure("the listing of its key is not to be trusted: %s", note)
	}
	return finding{presence: absent}
}

// doubts says why a page of a listing proves no absence, or returns "". Its notes
// are for the caller to judge.
func (l *lane) doubts(page *UploadPage, bucket, prefix string) string {
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

// proven settles a claim whose upload is absent.
func (l *lane) proven(a *attempt) { l.conclude(a, a.Result, "") }

// survive keeps a claim for the next round. Err tells what was seen, after why this
// round sent no abort or a vain one.
func (l *lane) survive(a *attempt, seen string) {
	if a.Err != "" {
		seen += " (the last try: " + a.Err + ")"
	}
	a.Err = seen
	if err := l.survivors.Add(&a.Outcome); err != nil {
		l.unproven(a, err)
	}
}

// unproven settles a claim that cannot be followed any further.
func (l *lane) unproven(a *attempt, err error) {
	a.Err = fmt.Sprintf("its absence could not be proven: %v", err)
	l.giveUp(a)
}

// giveUp settles a claim that no round could prove. Err says what was seen last.
func (l *lane) giveUp(a *attempt) {
	if a.Result == Gone {
		l.conclude(a, Failed, "the store says NoSuchUpload, but "+a.Err+": plan again to see")
		return
	}
	l.conclude(a, NotVerified, fmt.Sprintf("%s; an abort was answered with success (sent: %d): plan again to see, and ask the store's operator if it stays", a.Err, a.Attempts))
}
