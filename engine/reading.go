package engine

import (
	"context"
	"errors"

	"offcut/rules"
)

// A partsReading is what one request for the parts of an upload said.
type partsReading struct {
	answer PartsAnswer
	err    error
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
		answer, err := p.readParts(ctx, &c.upload)
		if errors.Is(err, ErrTemporary) {
			err = p.readLater(ctx, c, err)
		} else {
			err = p.judge(ctx, &c, partsReading{answer, err})
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// readLater has an upload wait and be read again beside the readers, so that it
// holds none of them. Of those that wait there is a limit.
func (p *providerScan) readLater(ctx context.Context, c unread, last error) error {
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

// readAgain repeats a reading that failed temporarily, a limited number of times,
// and judges by the last.
func (p *providerScan) readAgain(ctx context.Context, c *unread, last error) error {
	r := partsReading{err: last}
	for tries := 1; tries < readTries && errors.Is(r.err, ErrTemporary); tries++ {
		if err := sleep(ctx, waitAfter(r.err, tries)); err != nil {
			return err
		}
		r.answer, r.err = p.readParts(ctx, &c.upload)
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

// readParts sends one reading, as soon as there is a slot.
func (p *providerScan) readParts(ctx context.Context, u *rules.Upload) (PartsAnswer, error) {
	if err := p.acquire(ctx); err != nil {
		return PartsAnswer{}, err
	}
	defer p.release()
	return p.store.ListParts(ctx, Ref{Bucket: u.Bucket, Key: u.Key, ID: u.ID})
}
