package engine

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"slices"
	"strings"

	"github.com/dustin/go-humanize/english"
	"golang.org/x/sync/errgroup"

	"offcut/rules"
)

// listersPerProvider bounds the listings of one provider that run at once. More of
// them than these few gain little and crowd out the reading of parts.
const listersPerProvider = 4

// A providerScan asks one provider. Its listings feed the queue, and its readers
// take from it; both share the slots, so that no more than Parallelism requests
// are under way. The queue is short: listings wait for the readers, and memory does
// not grow with what they find. An upload whose parts could not be read for a while
// waits beside the readers and holds no slot.
type providerScan struct {
	*build
	address string
	store   Store
	status  ProviderStatus
	scopes  []*scopeScan
	clock   scanClock
	slots   chan struct{}
	queue   chan unread
	readers *errgroup.Group
	waiting chan struct{} // holds one for each upload that waits for another reading
}

// An unread is an upload whose verdict needs its parts.
type unread struct {
	scope  *scopeScan
	upload rules.Upload
}

func newProviderScan(b *build, address string, store Store) *providerScan {
	return &providerScan{
		build:   b,
		address: address,
		store:   store,
		status:  ProviderStatus{Address: address, Identity: store.Identity(), Prices: rules.PricesOf(b.cfg.Prices, address, store.Identity().Kind)},
		clock:   scanClock{local: b.opts.Clock},
		slots:   make(chan struct{}, b.opts.Parallelism),
		queue:   make(chan unread, 4*b.opts.Parallelism),
		waiting: make(chan struct{}, maxOpen),
	}
}

func (p *providerScan) scan(ctx context.Context) error {
	if err := p.readBuckets(ctx); err != nil {
		return err
	}
	p.readers, ctx = errgroup.WithContext(ctx)
	p.readers.Go(func() error {
		defer close(p.queue)
		return p.listScopes(ctx)
	})
	for range p.opts.Parallelism {
		p.readers.Go(func() error { return p.readQueue(ctx) })
	}
	err := p.readers.Wait()
	p.status.Now, p.status.Skew = p.clock.reading()
	return err
}

// listScopes lists the scopes that are still to be listed, some at once.
func (p *providerScan) listScopes(ctx context.Context) error {
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(min(p.opts.Parallelism, listersPerProvider))
	for _, s := range p.scopes {
		if s.scope.Status == "" {
			group.Go(func() error { return s.list(ctx) })
		}
	}
	return group.Wait()
}

// readBuckets compares the scopes with the bucket list. Buckets that are not on it
// end here. Its error means that there can be no plan.
func (p *providerScan) readBuckets(ctx context.Context) error {
	if err := p.acquire(ctx); err != nil {
		return err
	}
	buckets, err := p.store.ListBuckets(ctx)
	p.release()
	allowed := allowanceOf(p.cfg, p.address)
	switch {
	case ctx.Err() != nil:
		return ctx.Err()
	case errors.Is(err, ErrAccessDenied) && !allowed.everybody():
		for _, s := range p.scopes {
			s.end(ScopeFailed, allowed.blind(err))
		}
	case errors.Is(err, ErrAccessDenied):
		p.status.Notes = append(p.status.Notes,
			"the bucket list was refused: buckets are asked at the provider's own region, and their owners and creation dates cannot be compared before an abort ("+err.Error()+")")
	case err != nil:
		for _, s := range p.scopes {
			s.end(ScopeFailed, fmt.Errorf("%s: %w", p.address, err))
		}
	default:
		p.matchBuckets(buckets, allowed)
	}
	return nil
}

// matchBuckets ends the scopes whose bucket is not on the list: to look at nothing
// and to find nothing must not look the same. So do those of a bucket of an account
// that is not allowed.
func (p *providerScan) matchBuckets(buckets []Bucket, allowed allowance) {
	var missing []*scopeScan
	for _, s := range p.scopes {
		at := slices.IndexFunc(buckets, func(b Bucket) bool { return b.Name == s.scope.Bucket })
		switch {
		case at >= 0:
			if !slices.Contains(p.status.Buckets, buckets[at]) {
				p.status.Buckets = append(p.status.Buckets, buckets[at])
			}
			if why := allowed.objection(buckets[at]); why != "" {
				s.end(ScopeFailed, errors.New(why))
			}
		case s.mayBeAbsent():
			s.end(ScopeAbsent, nil)
		default:
			missing = append(missing, s)
		}
	}
	// All of them for one reason, with every rule that is to be corrected, so that it
	// can be told once.
	var among []string
	for _, s := range missing {
		for _, rule := range s.scope.Rules {
			if !slices.Contains(among, rule) {
				among = append(among, rule)
			}
		}
	}
	for _, s := range missing {
		s.end(ScopeFailed, fmt.Errorf("not on the account's bucket list (%s): correct scan.buckets of %s, or ask with other credentials; allow_empty = true makes an absent bucket no error",
			bucketNames(buckets), english.WordSeries(among, "and")))
	}
}

// bucketNames names a few buckets, for messages.
func bucketNames(buckets []Bucket) string {
	const shown = 5
	if len(buckets) == 0 {
		return "which is empty"
	}
	var names []string
	for _, b := range buckets[:min(len(buckets), shown)] {
		names = append(names, b.Name)
	}
	text := "which has " + strings.Join(names, ", ")
	if more := len(buckets) - shown; more > 0 {
		text += fmt.Sprintf(" and %d more", more)
	}
	return text
}

// pages is the store's listing of a scope. The slot is held while a page is asked
// for, and free while the page is looked at.
func (p *providerScan) pages(ctx context.Context, s *Scope) iter.Seq2[UploadPage, error] {
	return func(yield func(UploadPage, error) bool) {
		if err := p.acquire(ctx); err != nil {
			yield(UploadPage{}, err)
			return
		}
		for page, err := range p.store.ListUploads(ctx, s.Bucket, s.Prefix) {
			p.release()
			if !yield(page, err) {
				return
			}
			if err := p.acquire(ctx); err != nil {
				yield(UploadPage{}, err)
				return
			}
		}
		p.release()
	}
}

func (p *providerScan) acquire(ctx context.Context) error {
	select {
	case p.slots <- struct{}{}:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (p *providerScan) release() { <-p.slots }
