package main

import (
	"fmt"
	"io"
	"sync"
	"time"

	"offcut/cmd/offcut/view"
	"offcut/engine"
)

// A statusLine is one line at the bottom of a terminal that is redrawn in place.
// It is drawn only once something took longer than a second.
type statusLine struct {
	w     io.Writer
	width int
	now   func() time.Time

	mu           sync.Mutex
	began, drawn time.Time
	shown        bool
}

const (
	quietFor    = time.Second            // nothing is drawn before that
	redrawEvery = 100 * time.Millisecond // at most
	eraseLine   = "\r\x1b[K"
)

// begin starts the clock of something that may take long.
func (s *statusLine) begin() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.began, s.drawn = s.now(), time.Time{}
}

// show draws text, unless it is too early or was drawn just now.
func (s *statusLine) show(text func() string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := s.now()
	if now.Sub(s.began) < quietFor || now.Sub(s.drawn) < redrawEvery {
		return
	}
	s.drawn, s.shown = now, true
	_, _ = io.WriteString(s.w, eraseLine+view.Middle(text(), s.width-1)) // a lost progress line loses nothing
}

// eraser wraps a stream of the same terminal: whatever is written erases the
// status line first.
func (s *statusLine) eraser(w io.Writer) io.Writer { return erasing{status: s, w: w} }

type erasing struct {
	status *statusLine
	w      io.Writer
}

func (e erasing) Write(p []byte) (int, error) {
	e.status.mu.Lock()
	defer e.status.mu.Unlock()
	if e.status.shown {
		e.status.shown = false
		_, _ = io.WriteString(e.status.w, eraseLine)
	}
	return e.w.Write(p)
}

// progress counts events and puts them into words.
type progress struct {
	status *statusLine

	mu                     sync.Mutex
	scopes, finished       int64
	listed, lastParts      int64
	byScope                map[string]int64
	planned, done, trouble int64
	answered               int64
}

func newProgress(s *statusLine) *progress {
	s.begin()
	return &progress{status: s, byScope: map[string]int64{}}
}

func (p *progress) observe(e engine.Event) {
	p.mu.Lock()
	defer p.mu.Unlock()
	switch e := e.(type) {
	case engine.ScopeStarted:
		p.scopes++
	case engine.PageListed:
		scope := e.Provider + "\x00" + e.Bucket + "\x00" + e.Prefix
		p.listed += e.Listed - p.byScope[scope]
		p.byScope[scope] = e.Listed
	case engine.ScopeFinished:
		p.finished++
	case engine.PartsRead:
		p.lastParts++
	case engine.ApplyStarted:
		p.planned = e.Planned
		p.status.begin()
	case engine.AbortAnswered:
		p.answered++
	case engine.OutcomeReached:
		p.done++
		if e.Outcome.Result == engine.Failed || e.Outcome.Result == engine.NotVerified {
			p.trouble++
		}
	}
	p.status.show(p.text)
}

// text is called with the lock held.
func (p *progress) text() string {
	comma := view.Count
	if p.planned == 0 {
		return fmt.Sprintf("Listing: %s uploads seen, %s of %s listings done, parts of %s read",
			comma(p.listed), comma(p.finished), comma(p.scopes), comma(p.lastParts))
	}
	text := fmt.Sprintf("Aborting: %s of %s answered, %s settled", comma(p.answered), comma(p.planned), comma(p.done))
	if p.trouble > 0 {
		text += fmt.Sprintf(", %s in trouble", comma(p.trouble))
	}
	return text
}
