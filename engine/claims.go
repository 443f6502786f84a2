package engine

import (
	"context"
	"hash/maphash"
	"slices"
	"sync"
)

// claims holds the uploads of one provider that the store says are gone, until
// all of them are proven together. The claims themselves are on disk; in memory
// are 8 bytes for each.
type claims struct {
	spool *spool[Outcome]
	seed  maphash.Seed

	mu     sync.Mutex
	gone   int64
	scopes map[*Scope]*scopeClaims

	index   scopeIndex
	planned map[*Scope]int // uploads, of which some will be claims
}

// scopeClaims are the claims of one scope.
type scopeClaims struct {
	hashes   []uint64 // of the claimed uploads; sorted once all are in
	listed   []bool   // by place in hashes: the listing showed an upload of this hash
	relisted bool     // the scope was listed to its end; what it did not show is absent
}

func newClaims(dir string, index scopeIndex, planned map[*Scope]int) (*claims, error) {
	s, err := newSpool(dir, "claims", outcomeCodec, keepLast)
	if err != nil {
		return nil, err
	}
	return &claims{spool: s, seed: maphash.MakeSeed(), scopes: map[*Scope]*scopeClaims{}, index: index, planned: planned}, nil
}

func (c *claims) hash(key, id string) uint64 {
	return maphash.Comparable(c.seed, [2]string{key, id})
}

func (c *claims) add(o *Outcome) error {
	if err := c.spool.Add(o); err != nil {
		return err
	}
	u := &o.Item.Upload
	scope := c.index.find(u.Bucket, u.Key)
	c.mu.Lock()
	defer c.mu.Unlock()
	s := c.scopes[scope]
	if s == nil {
		s = &scopeClaims{hashes: make([]uint64, 0, c.planned[scope])} // growing, they would take twice the room
		c.scopes[scope] = s
	}
	s.hashes = append(s.hashes, c.hash(u.Key, u.ID))
	if o.Result == Gone {
		c.gone++
	}
	return nil
}

// A sighting is what relisting says about one claim.
type sighting uint8

const (
	notRelisted  sighting = iota // nothing: ask about the upload itself
	notSighted                   // the whole scope was listed and did not show it
	maybeSighted                 // it was listed, or shares its hash with one that was
)

func (c *claims) sighting(o *Outcome) sighting {
	u := &o.Item.Upload
	s := c.scopes[c.index.find(u.Bucket, u.Key)]
	if s == nil || !s.relisted {
		return notRelisted
	}
	if i, ok := slices.BinarySearch(s.hashes, c.hash(u.Key, u.ID)); ok && s.listed[i] {
		return maybeSighted
	}
	return notSighted
}

// prove is the second stage: it proves the claims, each by the cheapest way that
// means something on this store.
func (l *lane) prove() {
	n := l.claims.spool.Added()
	if n == 0 {
		return
	}
	l.observe(ProofStarted{Uploads: n})
	ctx, cancel := l.untilGrace()
	defer cancel()
	if l.claims.gone > 0 {
		l.compareAgain(ctx)
	}
	if l.relists {
		l.relist(ctx)
	}
	l.eachAttempt(l.claims.spool, func(a *attempt) { l.proveClaim(ctx, a) })
}

// proveClaim settles one claim, or keeps it as a survivor.
func (l *lane) proveClaim(ctx context.Context, a *attempt) {
	if why, ok := l.strangers[a.Item.Upload.Bucket]; ok && a.Result == Gone {
		l.conclude(a, Failed, "the store says NoSuchUpload, but "+why+": plan again to see")
		return
	}
	switch l.claims.sighting(&a.Outcome) {
	case notSighted:
		l.proven(a)
	case maybeSighted:
		l.proveOne(ctx, a, true)
	default:
		l.proveOne(ctx, a, false)
	}
}

// relist lists again the scopes where that costs fewer requests than asking about
// each claimed upload.
func (l *lane) relist(ctx context.Context) {
	for scope, s := range l.claims.scopes {
		if scope.Pages > int64(len(s.hashes)) {
			continue
		}
		slices.Sort(s.hashes)
		s.listed = make([]bool, len(s.hashes))
		l.start(func() { s.relisted = l.relistScope(ctx, scope, s) })
	}
	l.hands.Wait()
}

// relistScope marks the claims that a scope still lists. It reports false where
// the listing proves nothing: it failed, has no page, strayed from the scope, told
// of a peculiarity, or may be an old copy.
func (l *lane) relistScope(ctx context.Context, scope *Scope, s *scopeClaims) (proves bool) {
	for page, err := range l.store.ListUploads(ctx, scope.Bucket, scope.Prefix) {
		if err != nil || len(page.Notes) > 0 || l.doubts(&page, scope.Bucket, scope.Prefix) != "" {
			return false
		}
		for i := range page.Uploads {
			u := &page.Uploads[i]
			if at, ok := slices.BinarySearch(s.hashes, l.claims.hash(u.Key, u.ID)); ok {
				s.listed[at] = true
			}
		}
		proves = true
	}
	return proves
}
