package daemon

import (
	"context"
	"time"

	"github.com/rs/zerolog"

	"offcut/engine"
	"offcut/rules"
)

// A Job is one scheduled rule.
type Job struct {
	Rule     string // address
	Schedule rules.Schedule
	Mode     rules.Mode
}

// A Summary is what one run of a rule came to, for metrics and health.
type Summary struct {
	Plan   *engine.Plan   // nil when there was none; already closed
	Report *engine.Report // nil without an apply; already closed
	Err    error
}

// Options configure Run.
type Options struct {
	Jobs   []Job
	Run    func(ctx context.Context, job Job, stop <-chan struct{}) Summary // plans, prints and, with ModeApply, applies
	Listen string                                                           // loopback address of the HTTP port; empty: none
	Ready  func(addr string, next []Next)                                   // called once when everything is up; addr is empty without HTTP
	Log    zerolog.Logger
}

// A Next is a job with its next tick.
type Next struct {
	Job Job
	At  time.Time
}

// Run runs the jobs on their schedules until ctx is done, then finishes what is
// in hand and returns nil.
func Run(ctx context.Context, o Options) error { panic("TODO") }

// Once runs every job now, one after the other, and returns their summaries in order.
func Once(ctx context.Context, o Options) []Summary { panic("TODO") }
