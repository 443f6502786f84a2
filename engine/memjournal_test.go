package engine

import (
	"errors"
	"fmt"
	"iter"
	"slices"
	"sync"
	"time"
)

// A memJournal is a Journal in memory with a disk that a test can fill, and cut off
// from what was not written yet. It notes in wrongs what breaks the contract of the
// port. Its first two fields are set before the first call.
type memJournal struct {
	ahead  int                     // further items that each Intend records
	onCall func(call string) error // before a call has any effect; on an error it has none, and fails if it can

	mu     sync.Mutex
	full   error // every write fails with it
	runs   []*memRun
	wrongs []error
}

var (
	_ Journal = (*memJournal)(nil)
	_ RunLog  = (*memRun)(nil)
)

// A memRun is one run in a memJournal. What is in disk survives a crash.
type memRun struct {
	journal *memJournal
	run     Run
	items   []Item
	disk    memRows
	soon    []func(*memRows) // taken, and not on disk yet
	last    map[string]int64 // seq of the last intent, by provider
	taken   map[int64]bool   // concluded, on disk or not
}

type memRows struct {
	intended map[int64]bool
	answered map[int64]Receipt
	outcomes map[int64]Outcome
	end      *RunEnd
}

// memRefused is what a memJournal says of a plan that was applied before.
type memRefused struct{ run Run }

func (e memRefused) Error() string {
	return fmt.Sprintf("%v, by %s at %s: plan again", ErrPlanApplied, e.run.Origin.Actor, stamp(e.run.Started))
}
func (e memRefused) Is(target error) bool { return target == ErrPlanApplied }

func (j *memJournal) Begin(run Run, items iter.Seq2[Item, error]) (RunLog, error) {
	if err := j.called("Begin"); err != nil {
		return nil, err
	}
	j.mu.Lock()
	defer j.mu.Unlock()
	for _, r := range j.runs {
		if r.run.ID == run.ID {
			return nil, memRefused{r.run}
		}
	}
	r := &memRun{
		journal: j, run: run, last: map[string]int64{}, taken: map[int64]bool{},
		disk: memRows{intended: map[int64]bool{}, answered: map[int64]Receipt{}, outcomes: map[int64]Outcome{}},
	}
	for item, err := range items {
		if err != nil {
			return nil, err
		}
		r.items = append(r.items, item)
	}
	if j.full != nil {
		return nil, j.full
	}
	j.runs = append(j.runs, r)
	return r, nil
}

func (j *memJournal) Unsettled() ([]Unsettled, error) {
	if err := j.called("Unsettled"); err != nil {
		return nil, err
	}
	j.mu.Lock()
	defer j.mu.Unlock()
	var open []Unsettled
	for _, r := range j.runs {
		if r.disk.end == nil {
			open = append(open, Unsettled{Run: r.run, Log: r, Doubts: r.doubts})
		}
	}
	return open, nil
}

// doubts yields what has no outcome on disk.
func (r *memRun) doubts(yield func(Doubt, error) bool) {
	for i, item := range r.items {
		seq := int64(i)
		r.journal.mu.Lock()
		_, known := r.disk.outcomes[seq]
		receipt, answered := r.disk.answered[seq]
		d := Doubt{Item: item, Seq: seq, Intended: r.disk.intended[seq], Answered: answered, RequestID: receipt.RequestID}
		r.journal.mu.Unlock()
		if !known && !yield(d, nil) {
			return
		}
	}
}

func (r *memRun) Intend(provider string, seq int64) error {
	j := r.journal
	if err := j.called("Intend"); err != nil {
		return err
	}
	j.mu.Lock()
	defer j.mu.Unlock()
	r.check(seq)
	if last, ok := r.last[provider]; ok && last >= seq {
		j.wrong("item %d is intended after item %d", seq, last)
	}
	r.last[provider] = seq
	if r.items[seq].Upload.Provider != provider {
		j.wrong("item %d is intended for provider %s", seq, provider)
	}
	if err := r.flush(); err != nil {
		return err
	}
	for i := seq; i < int64(len(r.items)) && i <= seq+int64(j.ahead) && r.items[i].Upload.Provider == provider; i++ {
		r.disk.intended[i] = true
	}
	return nil
}

func (r *memRun) Answered(seq int64, receipt Receipt, _ time.Time) {
	j := r.journal
	if j.called("Answered") != nil {
		return
	}
	j.mu.Lock()
	defer j.mu.Unlock()
	r.check(seq)
	if !r.disk.intended[seq] || r.taken[seq] {
		j.wrong("item %d is answered before its intent, or after its outcome", seq)
	}
	r.soon = append(r.soon, func(disk *memRows) { disk.answered[seq] = receipt })
}

func (r *memRun) Conclude(o *Outcome) {
	j := r.journal
	if j.called("Conclude") != nil {
		return
	}
	j.mu.Lock()
	defer j.mu.Unlock()
	r.check(o.Seq)
	if r.items[o.Seq] != o.Item || o.Result == "" || o.At.IsZero() {
		j.wrong("the outcome of item %d is %+v", o.Seq, o)
	}
	if r.taken[o.Seq] {
		j.wrong("item %d has two outcomes", o.Seq)
	}
	r.taken[o.Seq] = true
	taken := *o
	r.soon = append(r.soon, func(disk *memRows) { disk.outcomes[o.Seq] = taken })
}

func (r *memRun) Finish(end RunEnd) error {
	j := r.journal
	if err := j.called("Finish"); err != nil {
		return err
	}
	j.mu.Lock()
	defer j.mu.Unlock()
	if err := r.flush(); err != nil {
		return err
	}
	if len(r.disk.outcomes) != len(r.items) || r.disk.end != nil {
		j.wrong("a run with %d of %d outcomes is finished", len(r.disk.outcomes), len(r.items))
		return errors.New("not every upload has an outcome")
	}
	r.disk.end = &end
	return nil
}

func (r *memRun) check(seq int64) {
	if seq < 0 || seq >= int64(len(r.items)) {
		panic(fmt.Sprintf("there is no item %d in a plan of %d", seq, len(r.items)))
	}
}

// flush writes what was taken.
func (r *memRun) flush() error {
	if r.journal.full != nil {
		return r.journal.full
	}
	for _, write := range r.soon {
		write(&r.disk)
	}
	r.soon = nil
	return nil
}

func (j *memJournal) called(call string) error {
	if j.onCall == nil {
		return nil
	}
	return j.onCall(call)
}

func (j *memJournal) wrong(format string, args ...any) {
	j.wrongs = append(j.wrongs, fmt.Errorf(format, args...))
}

// fill makes every later write fail; nil makes room again.
func (j *memJournal) fill(err error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.full = err
}

// crash loses what was taken and not written, but for the oldest share of it. The
// calls that follow have no onCall any more.
func (j *memJournal) crash(share float64) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.onCall, j.full = nil, nil
	for _, r := range j.runs {
		for _, write := range r.soon[:int(share*float64(len(r.soon)))] {
			write(&r.disk)
		}
		r.soon = nil
		r.taken = map[int64]bool{}
		for seq := range r.disk.outcomes {
			r.taken[seq] = true
		}
	}
}

// intended reports whether it is on disk that an abort of an upload may be sent.
func (j *memJournal) intended(ref Ref) bool {
	j.mu.Lock()
	defer j.mu.Unlock()
	for _, r := range j.runs {
		for seq, ok := range r.disk.intended {
			if ok && refOf(r.items[seq]) == ref {
				return true
			}
		}
	}
	return false
}

// outcomes returns what is on disk of the only run, in plan order.
func (j *memJournal) outcomes() []Outcome {
	j.mu.Lock()
	defer j.mu.Unlock()
	var all []Outcome
	for _, r := range j.runs {
		for seq := range r.items {
			if o, ok := r.disk.outcomes[int64(seq)]; ok {
				all = append(all, o)
			}
		}
	}
	return all
}

// broken joins what went against the contract.
func (j *memJournal) broken() error {
	j.mu.Lock()
	defer j.mu.Unlock()
	return errors.Join(slices.Clone(j.wrongs)...)
}
