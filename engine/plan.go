package engine

import (
	"errors"
	"iter"
	"time"

	"offcut/rules"
)

// A Plan is what Build found: plain figures, and the uploads to abort in a spool
// on disk, so that memory does not grow with their number. Close removes the
// spool.
type Plan struct {
	ID        string // 16 hex digits, random
	Started   time.Time
	Finished  time.Time
	Expires   time.Time // Apply refuses the plan from then on; zero: never
	Acting    []string  // addresses of the rules that may act, sorted
	Partial   bool      // some rule was left out by -target, -exclude or a schedule
	Disabled  []string  // addresses of the rules that never act, sorted
	Empty     []string  // addresses of the rules whose for_each is empty, sorted
	Providers []ProviderStatus
	Scopes    []Scope                // in plan order: provider, bucket, prefix
	Rules     []RuleTotal            // acting rules, by address
	Abort     Totals                 // what Apply would do: only whole scopes and rules that no limit stopped
	Listed    int64                  // uploads seen in all scopes
	Unread    int64                  // the sum of Scope.Unread
	Kept      map[rules.Reason]int64 // in whole scopes
	ByBucket  []GroupTotal           // of Abort, by "provider/bucket"; the most bytes first
	ByOwner   []GroupTotal           // of Abort, by owner, or initiator where the owner is not told, or ""; likewise
	Requests  int64
	Checks    []rules.CheckResult // what the check blocks say about all this, by address; nothing depends on it

	items *spool[candidate]
	kept  *spool[keeping] // nil unless asked for
}

// Items yields what to abort in plan order: provider, bucket, key bytes, upload id.
// Nothing of an unfinished scope or of a stopped rule is among it.
func (p *Plan) Items() iter.Seq2[Item, error] {
	return func(yield func(Item, error) bool) {
		stopped := map[string]bool{}
		for i := range p.Rules {
			stopped[p.Rules[i].Address] = p.Rules[i].Stopped != ""
		}
		for c, err := range p.items.All() {
			if err == nil && (p.Scopes[c.Scope].Status != ScopeComplete || stopped[c.Item.Rule]) {
				continue
			}
			if !yield(c.Item, err) {
				return
			}
		}
	}
}

// KeptItems yields what stays, in plan order. It is empty unless RecordKept was set.
func (p *Plan) KeptItems() iter.Seq2[KeptItem, error] {
	return func(yield func(KeptItem, error) bool) {
		if p.kept == nil {
			return
		}
		for k, err := range p.kept.All() {
			if err == nil && p.Scopes[k.Scope].Status != ScopeComplete {
				continue
			}
			if !yield(k.KeptItem, err) {
				return
			}
		}
	}
}

// Whole reports whether every scope was listed to its end, the parts of everything
// that may be stale were read, and no rule was stopped.
func (p *Plan) Whole() bool {
	if p.Unread > 0 {
		return false
	}
	for i := range p.Scopes {
		if p.Scopes[i].unfinished() {
			return false
		}
	}
	for i := range p.Rules {
		if p.Rules[i].Stopped != "" {
			return false
		}
	}
	return true
}

// LooksNowhere lists the acting rules that looked at nothing, because they have no
// bucket and allow that.
func (p *Plan) LooksNowhere() []string {
	looking := map[string]bool{}
	for i := range p.Scopes {
		for _, rule := range p.Scopes[i].Rules {
			looking[rule] = true
		}
	}
	var nowhere []string
	for _, rule := range p.Acting {
		if !looking[rule] {
			nowhere = append(nowhere, rule)
		}
	}
	return nowhere
}

// Close removes the plan's spool.
func (p *Plan) Close() error {
	err := p.items.Close()
	if p.kept != nil {
		err = errors.Join(err, p.kept.Close())
	}
	return err
}

// A ProviderStatus says who was asked as whom, and by which clock.
type ProviderStatus struct {
	Address  string
	Identity Identity
	Now      time.Time       // the instant that ages count from: the earlier of the store's first Date and the local clock; zero when no page came
	Skew     time.Duration   // store's clock minus local clock at that answer: see the function
	Buckets  []Bucket        // those that the plan concerns, as listed; empty where the list was refused
	Notes    []string        // e.g. that the bucket list was refused, and what that costs
	Prices   rules.PriceList // what its storage costs
}

// A ScopeStatus says how far a listing came.
type ScopeStatus string

const (
	ScopeComplete ScopeStatus = "complete"
	ScopePartial  ScopeStatus = "partial" // some pages, then an error: nothing in it is aborted
	ScopeFailed   ScopeStatus = "failed"  // no page at all, or an untrustworthy clock or answer
	ScopeAbsent   ScopeStatus = "absent"  // the bucket does not exist and the rule allows that
)

// A Scope is one listing: a bucket and a prefix, for all acting rules that look
// there. Scopes never overlap.
type Scope struct {
	Provider string
	Bucket   string
	Prefix   string
	Rules    []string // addresses of the acting rules that look into it
	Status   ScopeStatus
	Err      error // why it is partial or failed; it does not repeat bucket and prefix
	Listed   int64 // uploads
	Unread   int64 // uploads among them that may be stale, but whose parts could not be read for another reason than NoSuchUpload, or whose key's object is not known
	UnreadBy error // why the first of them could not be
	Pages    int64
	Notes    []string
	Duration time.Duration

	unsorted bool  // keys came out of order, so that some may have come twice
	stale    int64 // items, with those that came twice
}

// A RuleTotal is what a plan holds for one rule.
type RuleTotal struct {
	Address string
	Listed  int64                  // uploads of whole scopes that the rule covers
	Abort   Totals                 // what the rule would abort in whole scopes, also when it is stopped
	Kept    map[rules.Reason]int64 // uploads of whole scopes that it covers and that stay
	ByAge   ByAge                  // what it would abort besides by ages alone, also when it is stopped
	Stopped string                 // why a limit, its own or the run's, or a precondition stopped the rule before its first abort; empty when none did
	Refused bool                   // it was a precondition, maybe beside limits
}

// A GroupTotal is a sum under one name.
type GroupTotal struct {
	Name string
	Totals
}

// Totals is a count with its bytes and money.
type Totals struct {
	Uploads int64
	Bytes   int64
	Parts   int64
	Cost    Cost
}

// An Item is one upload that the plan names for aborting.
type Item struct {
	Upload rules.Upload
	Parts  rules.Parts
	Reason rules.Reason
	Rule   string        // address of the acting rule that decided
	Age    time.Duration // since Initiated, at the provider's Now
	Idle   time.Duration // since the newest part, or Initiated without parts
}

// A KeptItem is one upload that stays, with the verdict that keeps it.
type KeptItem struct {
	Upload rules.Upload
	Parts  *rules.Parts // nil when the verdict needed none
	Reason rules.Reason
	By     string // address of the rule or protect block behind it; empty for an unknown
	Age    time.Duration
}
