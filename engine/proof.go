package engine

import (
	"context"
	"errors"
	"fmt"
)

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
		l.cutShort.Store(true)
		found.seen = "stopped before its absence was proven"
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
	parts, err := l.store.ListParts(ctx, a.ref())
	gone := errors.Is(err, ErrNoSuchUpload)
	switch {
	case gone && a.Result == Aborted && !suspect:
		return finding{presence: absent}
	case gone:
		return l.lookInListing(ctx, a.ref())
	case err != nil:
		return finding{seen: fmt.Sprintf("its absence could not be proven: read its parts: %v", err)}
	case parts.Foreign || parts.Unreadable:
		return finding{seen: "its absence could not be proven: its parts were answered for another upload, or not to their end"}
	case parts.Count > 0:
		return finding{presence: present, seen: fmt.Sprintf("still has it, with %d parts of %d bytes", parts.Count, parts.Bytes)}
	default:
		return l.lookInListing(ctx, a.ref())
	}
}

// lookInListing lists the uploads under the key itself to the end.
func (l *lane) lookInListing(ctx context.Context, ref Ref) finding {
	found := finding{seen: "its absence could not be proven: the listing of its key has no page"}
	for page, err := range l.store.ListUploads(ctx, ref.Bucket, ref.Key) {
		if err != nil {
			return finding{seen: fmt.Sprintf("its absence could not be proven: list the uploads of its key: %v", err)}
		}
		found.presence = absent
		for i := range page.Uploads {
			if u := &page.Uploads[i]; u.Key == ref.Key && u.ID == ref.ID {
				return finding{presence: present, seen: "still lists it"}
			}
		}
	}
	return found
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
