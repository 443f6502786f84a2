package engine

import (
	"cmp"
	"context"
	"iter"
	"slices"
	"strings"
)

// A lane carries the planned uploads of one provider from the plan to their
// outcomes, in three stages: abort, prove, and abort again what is still there.
type lane struct {
	*applying
	*looker
	provider string
	status   ProviderStatus
	relists  bool // an upload's absence from a listing proves that it is gone
	checks   bool // the object of a key has to be looked at before an abort
	scopes   scopeIndex
	expected map[*Scope]int // planned uploads of a scope

	alone chan struct{} // holds one for the attempt that was late and tries again

	strangers map[string]string // buckets that are not the plan's, and why
	claims    *claims           // to be proven when all of them are in
	survivors *spool[Outcome]   // to be aborted again
}

// work brings every item of the lane to its outcome.
func (l *lane) work() {
	defer l.clear()
	if err := l.prepare(); err != nil {
		l.abandon(err)
		return
	}
	l.abort()
	l.prove()
	l.abortAgain()
}

func (l *lane) prepare() (err error) {
	if l.claims, err = newClaims(l.opts.Dir, l.scopes, l.expected); err != nil {
		return err
	}
	l.survivors, err = l.newSurvivors()
	return err
}

func (l *lane) clear() {
	if l.claims != nil {
		discard(l.claims.spool)
	}
	discard(l.survivors)
}

// abandon gives every item of the lane its outcome when the lane cannot begin.
func (l *lane) abandon(err error) {
	for seq, item := range l.items() {
		l.settle(&Outcome{Item: item, Seq: seq, Result: NotAttempted, Err: "nothing was begun: " + err.Error()})
	}
}

func (l *lane) newSurvivors() (*spool[Outcome], error) {
	return newSpool(l.opts.Dir, "survivors", outcomeCodec, keepLast)
}

// discard closes a spool, if there is one. A temporary file that cannot be removed
// changes no outcome.
func discard(s *spool[Outcome]) {
	if s != nil {
		_ = s.Close()
	}
}

// items yields the lane's part of the plan, each item with its place in the whole
// plan. A failure to read it is told to the report, which then misses outcomes and
// says so.
func (l *lane) items() iter.Seq2[int64, Item] {
	return func(yield func(int64, Item) bool) {
		seq := int64(-1)
		for item, err := range l.plan.Items() {
			if err != nil {
				l.tally.fail(err)
				return
			}
			seq++
			if item.Upload.Provider == l.provider && !yield(seq, item) {
				return
			}
		}
	}
}

// abort is the first stage. Items end with an outcome, as a claim, or as
// survivors of their first abort. That an item's abort may be sent is on record
// before anything is asked about it.
func (l *lane) abort() {
	ctx, cancel := l.untilGrace()
	defer cancel()
	for seq, item := range l.items() {
		a := &attempt{Outcome: Outcome{Item: item, Seq: seq}}
		if why, ok := l.strangers[item.Upload.Bucket]; ok {
			l.conclude(a, NotAttempted, why+": plan again")
			continue
		}
		if l.ended(a) {
			continue
		}
		if l.recorder.intend(l.provider, seq) != nil {
			l.interrupt(a)
			continue
		}
		l.start(func() { l.first(ctx, a) })
	}
	l.hands.Wait()
}

// first makes the first attempt on an item.
func (l *lane) first(ctx context.Context, a *attempt) {
	l.carry(ctx, a)
	l.breaker.tried(a.Item.Rule, a.Result)
	switch {
	case a.state == settled:
	case a.Result == Gone || l.relists:
		if err := l.claims.add(&a.Outcome); err != nil {
			l.unproven(a, err)
		}
	default:
		l.proveOne(ctx, a, false)
	}
}

// settle gives an item its one outcome.
func (l *lane) settle(o *Outcome) {
	o.At = l.clock().UTC()
	l.tally.add(o)
	l.breaker.settled(o.Item.Rule, o.Result)
	l.recorder.log.Conclude(o)
	l.observe(OutcomeReached{Outcome: *o})
}

// A scopeIndex finds the scope that a key lies in, for the scopes of one provider
// that were listed to their end. Scopes never overlap, so the only one that can
// hold a key is the last whose prefix is not greater than it.
type scopeIndex map[string][]*Scope // by bucket; by prefix within one

func newScopeIndex(scopes []Scope, provider string) scopeIndex {
	index := scopeIndex{}
	for i := range scopes {
		if s := &scopes[i]; s.Provider == provider && s.Status == ScopeComplete {
			index[s.Bucket] = append(index[s.Bucket], s)
		}
	}
	for _, s := range index {
		slices.SortFunc(s, func(a, b *Scope) int { return cmp.Compare(a.Prefix, b.Prefix) })
	}
	return index
}

// find returns the scope of a key, or nil.
func (x scopeIndex) find(bucket, key string) *Scope {
	scopes := x[bucket]
	i, exact := slices.BinarySearchFunc(scopes, key, func(s *Scope, key string) int { return cmp.Compare(s.Prefix, key) })
	if exact {
		return scopes[i]
	}
	if i == 0 || !strings.HasPrefix(key, scopes[i-1].Prefix) {
		return nil
	}
	return scopes[i-1]
}
