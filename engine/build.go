package engine

import (
	"context"
	"iter"
	"time"

	"offcut/rules"
)

// Stores holds a Store for every provider address of a Config.
type Stores map[string]Store

// Options are the ways to run Build and Apply. The zero value works except for
// Dir.
type Options struct {
	Dir         string           // where spools go; made when missing. Required
	Parallelism int              // requests at once per provider; 16 when 0
	Clock       func() time.Time // the local clock; time.Now when nil
	Observer    Observer         // may be nil

	Acting     []string // Build: addresses of the rules that may act; nil means all
	RecordKept bool     // Build: keep a spool of kept uploads too, for Plan.KeptItems

	// Stop asks Apply to end early: nothing new is begun, requests in hand are
	// finished, and what was not begun is not-attempted. Cancelling the context
	// breaks requests off. May be nil.
	Stop <-chan struct{}
}

// Build lists every scope of the acting rules, reaches a verdict on each upload
// by all rules and protects, and returns the plan. It only reads. A scope that
// fails is told in the plan; an error means that there is no plan at all.
func Build(ctx context.Context, stores Stores, cfg *rules.Config, opts Options) (*Plan, error) {
	panic("TODO")
}

// Items yields what to abort in plan order: provider, bucket, key bytes, upload id.
func (p *Plan) Items() iter.Seq2[Item, error] { panic("TODO") }

// KeptItems yields what stays, in plan order. It is empty unless RecordKept was set.
func (p *Plan) KeptItems() iter.Seq2[KeptItem, error] { panic("TODO") }

// Whole reports whether every scope was listed to its end and no rule was
// stopped by a limit.
func (p *Plan) Whole() bool { panic("TODO") }

// Close removes the plan's spool.
func (p *Plan) Close() error { panic("TODO") }

// Apply aborts what the plan names, after reading each upload's parts again, and
// proves that it is gone. It is the only writer. Every planned upload has exactly
// one outcome in the report. An error means that nothing was attempted at all.
func Apply(ctx context.Context, stores Stores, cfg *rules.Config, plan *Plan, opts Options) (*Report, error) {
	panic("TODO")
}

// Outcomes yields one outcome for every planned upload, in plan order.
func (r *Report) Outcomes() iter.Seq2[Outcome, error] { panic("TODO") }

// Clean reports whether every planned upload ended as aborted, gone or
// became-active.
func (r *Report) Clean() bool { panic("TODO") }

// Close removes the report's spool.
func (r *Report) Close() error { panic("TODO") }

type spool struct{}
