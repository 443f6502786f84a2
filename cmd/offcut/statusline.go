package main

import (
	"io"
	"sync"
	"time"

	"offcut/cmd/offcut/view"
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

// show draws what text returns for a number of columns, unless it is too early or was
// drawn just now.
func (s *statusLine) show(text func(width int) string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := s.now()
	if now.Sub(s.began) < quietFor || now.Sub(s.drawn) < redrawEvery {
		return
	}
	s.drawn, s.shown = now, true
	_, _ = io.WriteString(s.w, eraseLine+view.Middle(text(s.width-1), s.width-1)) // a lost progress line loses nothing
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
