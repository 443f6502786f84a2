package survey

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync/atomic"
	"time"

	"golang.org/x/sync/errgroup"

	"offcut/engine"
	"offcut/rules"
)

// Options say how far a survey goes.
type Options struct {
	Bucket, Prefix string
	PartsLimit     int64 // parts are read of so many uploads, in the order of the listing; 0: of none
	Parallelism    int   // part listings at once; 16 when 0
	Clock          func() time.Time
	Observe        func(engine.Event) // hears PageListed and PartsRead; may be nil
}

// Take lists a bucket's prefix and reads parts. It only reads. A listing that
// breaks off leaves its reason in Survey.Err, with what came before it counted;
// an error means that there is no survey at all.
func Take(ctx context.Context, store engine.Store, o Options) (*Survey, error) {
	if o.Parallelism <= 0 {
		o.Parallelism = 16
	}
	if o.Observe == nil {
		o.Observe = func(engine.Event) {}
	}
	t := &taking{store: store, Options: o, tally: newTally(store.Identity(), o.Bucket, o.Prefix)}
	before := store.Requests()
	err := t.list(ctx)
	if ctx.Err() != nil {
		return nil, ctx.Err()
	}
	s := t.tally.survey()
	s.Bucket, s.Prefix, s.Err = o.Bucket, o.Prefix, err
	s.Now, s.Skew = t.now, t.skew
	s.Requests = store.Requests() - before
	s.Suggestion = t.suggestion(s)
	return s, nil
}

// A taking is one survey in progress.
type taking struct {
	Options
	store     engine.Store
	tally     *tally
	now       time.Time
	skew      time.Duration
	asked     int64
	forbidden atomic.Bool // the store refuses to list parts: no use in asking on
}

// list walks the listing to its end and has parts read beside it. It waits for a
// free reader before it goes on, so that little is in memory at a time.
func (t *taking) list(ctx context.Context) error {
	readers, readCtx := errgroup.WithContext(ctx)
	readers.SetLimit(t.Parallelism)
	defer func() { _ = readers.Wait() }() // readers report to the tally and return nil
	pages, deeper := int64(0), false
	for page, err := range t.store.ListUploads(ctx, t.Bucket, t.Prefix) {
		if err != nil {
			return err
		}
		if pages++; pages == 1 {
			t.setClock(&page)
		}
		t.tally.note(page.Notes...)
		for i := range page.Uploads {
			u := clone(page.Uploads[i])
			if !strings.HasPrefix(u.Key, t.Prefix) {
				return fmt.Errorf("the store answered the key %q, which does not begin with %q: its listing cannot be trusted", u.Key, t.Prefix)
			}
			deeper = deeper || len(u.Key) > len(t.Prefix)
			t.tally.listed(u, t.now)
			if t.asked < t.PartsLimit && !t.forbidden.Load() {
				t.asked++
				readers.Go(func() error { t.readParts(readCtx, u); return nil })
			}
		}
		t.Observe(engine.PageListed{
			Bucket: t.Bucket, Prefix: t.Prefix, Listed: t.tally.count(), RequestID: page.RequestID,
		})
	}
	if deeper {
		return nil
	}
	note, err := engine.CheckPrefix(ctx, t.store, engine.Scope{Bucket: t.Bucket, Prefix: t.Prefix}, t.now)
	if note != "" {
		t.tally.note(note)
	}
	return err
}

// suggestion suggests thresholds from a survey that is whole and whose ages are right.
func (t *taking) suggestion(s *Survey) Suggestion {
	lack := Lack("")
	switch {
	case s.Uploads == 0:
		lack = LackUploads
	case s.Err != nil:
		lack = LackWhole
	case s.Skew.Abs() > engine.MaxSkew:
		lack = LackClock
	case s.Measured == 0:
		lack = LackParts
	}
	if lack != "" {
		return Suggestion{Lack: lack}
	}
	return t.tally.suggest()
}

// setClock chooses the instant that ages count from, as plans do.
func (t *taking) setClock(page *engine.UploadPage) {
	t.now = t.Clock()
	if page.Date.IsZero() {
		t.tally.note("the store told no time: ages count from the local clock")
		return
	}
	t.skew = engine.Skew(page.Date, page.Sent, t.now)
	if page.Date.Before(t.now) {
		t.now = page.Date
	}
	if t.skew.Abs() > engine.MaxSkew {
		t.tally.note("the store's clock and this one are more than 5 minutes apart: ages may be wrong, and plan would refuse; set the clock that is wrong")
	}
}

func (t *taking) readParts(ctx context.Context, u rules.Upload) {
	ref := engine.Ref{Bucket: t.Bucket, Key: u.Key, ID: u.ID}
	answer, err := engine.ReadParts(ctx, t.store, ref)
	t.Observe(engine.PartsRead{Ref: ref, Err: err})
	switch {
	case errors.Is(err, engine.ErrNoSuchUpload):
		t.tally.vanished()
	case err != nil:
		if errors.Is(err, engine.ErrAccessDenied) {
			t.forbidden.Store(true)
		}
		t.tally.unreadable(fmt.Sprintf("parts could not be read: %v", err))
	case answer.Unreadable || answer.Foreign:
		t.tally.unreadable("parts could not be read: the answer was not whole, or for another upload")
	default:
		t.tally.measured(u, answer.Parts, t.now)
	}
}

// clone copies what outlives the page.
func clone(u rules.Upload) rules.Upload {
	u.Key, u.ID, u.StorageClass = strings.Clone(u.Key), strings.Clone(u.ID), strings.Clone(u.StorageClass)
	u.Owner, u.Initiator = strings.Clone(u.Owner), strings.Clone(u.Initiator)
	return u
}
