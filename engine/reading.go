package engine

import (
	"context"
	"errors"

	"offcut/rules"
)

// A partsReading is what one look at an upload said: at its parts and, where it then
// is to be aborted and the store asks for that, at the object of its key.
type partsReading struct {
	answer PartsAnswer
	err    error
	key    keyReading
}

// fault is why the look came to no end, or nil.
func (r *partsReading) fault() error {
	if r.err != nil {
		return r.err
	}
	return r.key.err
}

// trouble says why the parts are not known, or returns nil.
func (r *partsReading) trouble() error {
	switch {
	case r.err != nil:
		return r.err
	case r.answer.Foreign:
		return errors.New("the answer was for another bucket, key or upload id")
	case r.answer.Unreadable:
		return errors.New("the answer was not whole")
	}
	return nil
}

// readQueue takes uploads from the queue until it is closed, and judges them by their
// parts.
func (p *providerScan) readQueue(ctx context.Context) error {
	for c := range p.queue {
		r := p.look(ctx, &c.upload)
		var err error
		if errors.Is(r.fault(), ErrTemporary) {
			err = p.readLater(ctx, c, r)
		} else {
			err = p.judge(ctx, &c, r)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// readLater has an upload wait and be read again beside the readers, so that it
// holds none of them. Of those that wait there is a limit.
func (p *providerScan) readLater(ctx context.Context, c unread, last partsReading) error {
	select {
	case p.waiting <- struct{}{}:
	case <-ctx.Done():
		return ctx.Err()
	}
	p.readers.Go(func() error {
		defer func() { <-p.waiting }()
		return p.readAgain(ctx, &c, last)
	})
	return nil
}

// readAgain repeats a look that failed temporarily, a limited number of times, and
// judges by the last.
func (p *providerScan) readAgain(ctx context.Context, c *unread, r partsReading) error {
	for tries := 1; tries < readTries && errors.Is(r.fault(), ErrTemporary); tries++ {
		if err := sleep(ctx, waitAfter(r.fault(), tries)); err != nil {
			return err
		}
		r = p.look(ctx, &c.upload)
	}
	return p.judge(ctx, c, r)
}

// judge judges an upload by a reading, unless the reading was broken off.
func (p *providerScan) judge(ctx context.Context, c *unread, r partsReading) error {
	if ctx.Err() != nil {
		return ctx.Err()
	}
	return c.scope.judgeParts(&c.upload, &r)
}

// look sends one reading of the parts, as soon as there is a slot, and one for the
// object of the key where the upload is to be aborted else.
func (p *providerScan) look(ctx context.Context, u *rules.Upload) (r partsReading) {
	if r.err = p.acquire(ctx); r.err != nil {
		return r
	}
	defer p.release()
	ref := Ref{Bucket: u.Bucket, Key: u.Key, ID: u.ID}
	r.answer, r.err = p.store.ListParts(ctx, ref)
	if r.err != nil || !p.status.Identity.CheckCompleted {
		return r
	}
	now, _ := p.clock.reading()
	if v := p.cfg.Decide(u, &r.answer.Parts, now); v.Action == rules.Abort && p.actor(v.Rules) != nil {
		r.key = readKey(ctx, p.store, ref)
	}
	return r
}
