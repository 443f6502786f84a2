package switches

import (
	"sync"
	"sync/atomic"
	"time"
)

// A Board holds the set that is on, and counts what its faults have done. Its
// methods may be called from many goroutines.
type Board struct {
	on       atomic.Pointer[installed]
	changing sync.Mutex // held from reading a set to putting on what was made of it
}

// installed is a set with its counts. Another set is another one of these, so
// that a request never meets half of each.
type installed struct {
	asked  Set // as it was given
	set    Set // with its profile filled in
	faults []*counter
	rate   *allowance
}

// NewBoard returns a board with a set on.
func NewBoard(s Set) (*Board, error) {
	b := &Board{}
	return b, b.Replace(s)
}

// Set is what is on now, its profile filled in. It must not be changed.
func (b *Board) Set() *Set { return &b.on.Load().set }

// A State is what a board can tell of itself, all of one moment's set.
type State struct {
	Asked   Set    // as it was given, to be given again
	Quirks  Quirks // that it and its profile come to
	Strikes []int  // of each fault, since the set was put on
}

// State says what is on now.
func (b *Board) State() State {
	on := b.on.Load()
	s := State{Asked: on.asked.clone(), Quirks: on.set.Quirks, Strikes: []int{}}
	for _, c := range on.faults {
		s.Strikes = append(s.Strikes, c.count())
	}
	return s
}

// Replace puts another set on and forgets all counts. A set that Check refuses
// changes nothing.
func (b *Board) Replace(s Set) error {
	return b.Change(func(Set) (Set, error) { return s, nil })
}

// Change puts on what is made of the set that is on, as Replace does. No other
// change comes between.
func (b *Board) Change(make func(Set) (Set, error)) error {
	b.changing.Lock()
	defer b.changing.Unlock()
	var was Set
	if on := b.on.Load(); on != nil {
		was = on.asked.clone()
	}
	s, err := make(was)
	if err != nil {
		return err
	}
	if err := Check(s); err != nil {
		return err
	}
	s = s.clone()
	next := &installed{asked: s, set: s.resolved(), rate: newAllowance(s.Rate)}
	for i, f := range s.Faults {
		next.faults = append(next.faults, newCounter(f, s.Seed, uint64(i)))
	}
	b.on.Store(next)
	return nil
}

// Strike asks the faults in their order which of them strikes a request: the
// first that does. A fault counts the requests that match it, those that an
// earlier one has struck not among them. key is empty for a request on a bucket.
func (b *Board) Strike(action, bucket, key string) (Fault, bool) {
	for _, c := range b.on.Load().faults {
		if c.fault.matches(action, bucket, key) && c.strikes() {
			return c.fault, true
		}
	}
	return Fault{}, false
}

// Admit reports whether the rate limit lets a request in that came at now.
func (b *Board) Admit(now time.Time) bool { return b.on.Load().rate.admit(now) }
