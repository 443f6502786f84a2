package engine

import (
	"errors"
	"iter"
	"time"
)

// A Journal is the memory of applies: what was going to be done is on disk before
// it is done, and what came of it after. ledger.Ledger is the real one.
type Journal interface {
	// Begin records a run and every upload that it plans to abort, in plan order.
	// All of it is on disk when Begin returns. It fails with ErrPlanApplied where a
	// run of the same plan was begun before, whatever became of it; the error says
	// by whom and when. After any error nothing of the run is left.
	Begin(run Run, items iter.Seq2[Item, error]) (RunLog, error)

	// Unsettled lists the runs that began and did not finish, the oldest first: the
	// process was killed, or its outcomes could not be written.
	Unsettled() ([]Unsettled, error)
}

// A Run is one apply of one plan. As a plan is applied at most once, the plan's id
// is also the run's.
type Run struct {
	ID        string // the plan's
	Planned   time.Time
	Started   time.Time
	Origin    Origin
	Providers []ProviderStatus // as in the plan, with the Identity that aborts; Buckets tell whether they are still the same later
	Rules     []RuleOrigin     // of the acting rules, by address
	Totals    Totals           // of what is planned
}

// An Origin says who runs what. It holds no secret.
type Origin struct {
	Actor    string // "user@host"
	Command  string // "offcut apply"
	Version  string // of offcut
	PlanFile string // path of the saved plan; empty where the plan was made by the same command
}

// A RuleOrigin says where a rule stands.
type RuleOrigin struct {
	Address string
	File    string
	Line    int
}

// A RunLog takes down one run. Its methods are safe for concurrent use. Except for
// Intend and Finish none waits for the disk: what they take is written soon after,
// at the latest when the journal is closed, also where the run is never finished.
type RunLog interface {
	// Intend returns once it is on disk that an abort of the item may be sent; seq
	// is its place in the plan, from 0. It is called for the items of a provider in
	// plan order and may record some further ones ahead. After the first failed
	// write it fails for every item, so that nothing is done that is not recorded.
	Intend(provider string, seq int64) error

	// Answered takes down that the store answered an abort with success. What is
	// still there is aborted again, and is then answered again.
	Answered(seq int64, receipt Receipt, at time.Time)

	// Conclude takes down the outcome of an item. It is called once for each, in the
	// order in which they are reached. Nobody changes o afterwards.
	Conclude(o *Outcome)

	// Finish writes what is left and ends the run. It is called once, when every item
	// has its outcome; it fails where the log has not taken one for each. After an
	// error the run stays unsettled, and the next one settles it.
	Finish(end RunEnd) error
}

// A RunEnd is what is known when a run ends.
type RunEnd struct {
	Finished    time.Time
	Interrupted bool   // something was not attempted because of a stop, or a kill
	Requests    int64  // sent by whoever ended it
	SettledBy   string // id of the plan, or the command, that settled the run later; empty where it ended by itself
}

// An Unsettled is a run that some uploads have no outcome from.
type Unsettled struct {
	Run    Run
	Log    RunLog                  // takes the missing outcomes, also while Doubts is being read; Finish ends the run
	Doubts iter.Seq2[Doubt, error] // the uploads without outcome, in plan order
}

// A Doubt is one planned upload of a run that ended before its outcome was known.
type Doubt struct {
	Item      Item
	Seq       int64
	Intended  bool   // an abort may have been sent; false means surely not
	Answered  bool   // an abort was sent, and the store answered it with success
	RequestID string // of that answer
}

// ErrPlanApplied is what Journal.Begin's error matches for a plan that was applied
// before.
var ErrPlanApplied = errors.New("this plan was applied before")
