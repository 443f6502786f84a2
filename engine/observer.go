package engine

import "time"

// An Observer hears what the engine does while it does it. Observe is called
// from many goroutines and must not block for long.
type Observer interface {
	Observe(Event)
}

// An Event is one of the types below.
type Event interface{ event() }

// ScopeStarted: a listing begins.
type ScopeStarted struct{ Scope Scope }

// PageListed: one page of a listing arrived. Listed and Candidates count the
// scope so far.
type PageListed struct {
	Provider, Bucket, Prefix string
	Listed, Candidates       int64
	RequestID                string
}

// ScopeFinished: a listing ended, completely or not. A scope whose bucket is not
// on the bucket list ends without having started.
type ScopeFinished struct{ Scope Scope }

// PartsRead: the parts of one candidate were read (or could not be) for the plan.
type PartsRead struct {
	Provider string
	Ref      Ref
	Err      error
}

// ApplyStarted: the first abort is about to be prepared.
type ApplyStarted struct {
	Planned int64
	Bytes   int64
}

// AbortRetried: an abort failed in a way that is worth another try.
type AbortRetried struct {
	Rule, Provider string
	Ref            Ref
	Attempt        int
	Wait           time.Duration
	Err            error
}

// AbortAnswered: the store said yes. Proof follows.
type AbortAnswered struct {
	Rule, Provider string
	Ref            Ref
	Receipt        Receipt
	Again          bool // an abort of the upload was accepted before
}

// ProofStarted: what was claimed is about to be proven.
type ProofStarted struct{ Uploads int64 }

// OutcomeReached: a planned upload has its final outcome.
type OutcomeReached struct{ Outcome Outcome }

// RunUnsettled: a run that ended before all its outcomes were known is about to be
// settled.
type RunUnsettled struct{ Run Run }

// UploadSettled: a planned upload of such a run has its outcome now.
type UploadSettled struct {
	Run     string // its id
	Outcome Outcome
}

// RunSettled: every upload of such a run has its outcome.
type RunSettled struct{ Settled Settled }

func (ScopeStarted) event()   {}
func (PageListed) event()     {}
func (ScopeFinished) event()  {}
func (PartsRead) event()      {}
func (ApplyStarted) event()   {}
func (AbortRetried) event()   {}
func (AbortAnswered) event()  {}
func (ProofStarted) event()   {}
func (OutcomeReached) event() {}
func (RunUnsettled) event()   {}
func (UploadSettled) event()  {}
func (RunSettled) event()     {}
