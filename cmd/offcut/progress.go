package main

import (
	"math"
	"strings"
	"sync"
	"time"

	"github.com/rs/zerolog"

	"offcut/cmd/offcut/view"
	"offcut/engine"
)

// logProgressEvery is how often a log says how far things are.
const logProgressEvery = 10 * time.Second

// progress counts events and puts them into words: on a terminal all the time, in the
// log at level info every few seconds.
type progress struct {
	status *statusLine // nil: not drawn
	log    zerolog.Logger
	now    func() time.Time

	mu     sync.Mutex
	counts counts
	pace   pace
	logged time.Time
}

// counts are how far a plan and its apply are.
type counts struct {
	scopes, finished, listed, partsRead int64
	byScope                             map[string]int64 // listed so far

	settling bool
	doubts   int64 // uploads of a run that did not finish and that have their outcome now

	planned    int64
	answered   int64 // uploads of which the first abort was accepted
	unanswered int64 // uploads that ended without such an abort
	proving    bool
	settled    int64
	failed     int64
	unverified int64
}

func newProgress(s *statusLine, log zerolog.Logger, now func() time.Time) *progress {
	if s != nil {
		s.begin()
	}
	return &progress{status: s, log: log, now: now, logged: now(), counts: counts{byScope: map[string]int64{}}}
}

func (p *progress) observe(e engine.Event) {
	p.mu.Lock()
	defer p.mu.Unlock()
	now := p.now()
	if p.counts.add(e) { // another count begins
		p.pace = pace{}
		p.logged = now
		if p.status != nil {
			p.status.begin()
		}
	}
	p.pace.note(now, p.counts.done())
	if p.status != nil {
		p.status.show(func(width int) string { return p.counts.text(p.pace.perSecond(now, p.counts.done()), width) })
	}
	if now.Sub(p.logged) >= logProgressEvery {
		p.logged = now
		p.write(p.pace.perSecond(now, p.counts.done()))
	}
}

// write writes a line of the log.
func (p *progress) write(perSecond float64) {
	c := &p.counts
	line := p.log.Info()
	if c.settling {
		line.Int64("settled", c.doubts).Float64("per_second", math.Round(perSecond*10)/10).Msg("progress of settling")
		return
	}
	if c.planned == 0 {
		line.Int64("listed", c.listed).Int64("listings", c.scopes).Int64("listings_done", c.finished).
			Int64("parts_read", c.partsRead).Msg("progress of the plan")
		return
	}
	line.Bool("proving", c.proving).Int64("done", c.done()).Int64("planned", c.planned).
		Float64("per_second", math.Round(perSecond*10)/10).
		Float64("seconds_left", timeLeft(c.planned-c.done(), perSecond).Seconds()).
		Int64("failed", c.failed).Int64("not_verified", c.unverified).Msg("progress of the apply")
}

// add counts an event and reports whether it begins another stage.
func (c *counts) add(e engine.Event) (begins bool) {
	switch e := e.(type) {
	case engine.ScopeStarted:
		c.scopes++
	case engine.PageListed:
		scope := e.Provider + "\x00" + e.Bucket + "\x00" + e.Prefix
		c.listed += e.Listed - c.byScope[scope]
		c.byScope[scope] = e.Listed
	case engine.ScopeFinished:
		c.finished++
	case engine.PartsRead:
		c.partsRead++
	case engine.RunUnsettled:
		c.settling, c.doubts = true, 0
		return true
	case engine.UploadSettled:
		c.doubts++
	case engine.RunSettled:
		c.settling = false
		return true
	case engine.ApplyStarted:
		c.planned = e.Planned
		return true
	case engine.AbortAnswered:
		if !e.Again {
			c.answered++
		}
	case engine.ProofStarted:
		begins, c.proving = !c.proving, true
		return begins
	case engine.OutcomeReached:
		c.settle(e.Outcome.Result)
	}
	return false
}

func (c *counts) settle(r engine.Result) {
	c.settled++
	switch r {
	case engine.Failed:
		c.failed++
		c.unanswered++
	case engine.NotVerified:
		c.unverified++
	case engine.Gone, engine.BecameActive, engine.NotAttempted:
		c.unanswered++
	}
}

// done counts the uploads that the present stage is through with. A few may be
// counted twice: those that became active after an abort of them was accepted.
func (c *counts) done() int64 {
	if c.settling {
		return c.doubts
	}
	if c.proving {
		return c.settled
	}
	return min(c.answered+c.unanswered, c.planned)
}

// text says in at most width columns how far things are, as far as that is possible:
// what matters least is left out first.
func (c *counts) text(perSecond float64, width int) string {
	if c.settling {
		return joinFitting(width, []string{
			"Settling a run that did not finish: " + view.CountOf(c.doubts, "upload") + " done", ratePhrase(perSecond),
		}, []int{1})
	}
	if c.planned == 0 {
		return joinFitting(width, []string{
			"Listing: " + view.CountOf(c.listed, "upload") + " seen",
			view.Count(c.finished) + " of " + view.CountOf(c.scopes, "listing") + " done",
			"parts of " + view.Count(c.partsRead) + " read",
		}, []int{2, 1})
	}
	stage := "Aborting: "
	if c.proving {
		stage = "Proving: "
	}
	return joinFitting(width, []string{
		stage + view.Count(c.done()) + " of " + view.Count(c.planned),
		ratePhrase(perSecond),
		leftPhrase(timeLeft(c.planned-c.done(), perSecond)),
		counted(c.failed, "failed"),
		counted(c.unverified, "not verified"),
	}, []int{1, 2, 4})
}

// ratePhrase is "120 a second"; empty below one.
func ratePhrase(perSecond float64) string {
	if perSecond < 1 {
		return ""
	}
	return view.Count(int64(perSecond)) + " a second"
}

// counted is "3 failed"; empty when there are none.
func counted(n int64, what string) string {
	if n == 0 {
		return ""
	}
	return view.Count(n) + " " + what
}

// joinFitting joins the parts that are not empty with commas. Where that is wider than
// width, it leaves parts out, in the order of least.
func joinFitting(width int, parts []string, least []int) string {
	for {
		var shown []string
		for _, part := range parts {
			if part != "" {
				shown = append(shown, part)
			}
		}
		text := strings.Join(shown, ", ")
		if view.Width(text) <= width || len(least) == 0 {
			return text
		}
		parts[least[0]], least = "", least[1:]
	}
}
