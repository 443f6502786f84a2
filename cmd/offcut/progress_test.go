package main

import (
	"strings"
	"testing"
	"time"

	"offcut/engine"
)

// A testStatus is a status line on a terminal of 60 columns, with a clock that
// stands still until it is moved.
func testStatus() (line *statusLine, screen *strings.Builder, advance func(time.Duration)) {
	now := time.Date(2026, 11, 22, 3, 0, 0, 0, time.UTC)
	screen = &strings.Builder{}
	line = &statusLine{w: screen, width: 60, now: func() time.Time { return now }}
	return line, screen, func(d time.Duration) { now = now.Add(d) }
}

func TestProgressIsQuietForASecondAndRedrawsRarely(t *testing.T) {
	line, screen, advance := testStatus()
	p := newProgress(line)
	scope := engine.Scope{Provider: "ks3", Bucket: "media"}
	p.observe(engine.ScopeStarted{Scope: scope})
	advance(999 * time.Millisecond)
	p.observe(engine.PageListed{Provider: "ks3", Bucket: "media", Listed: 1000})
	if screen.String() != "" {
		t.Fatalf("drawn within the first second: %q", screen)
	}
	advance(time.Millisecond)
	p.observe(engine.PageListed{Provider: "ks3", Bucket: "media", Listed: 2000})
	want := "\r\x1b[KListing: 2,000 uploads seen, 0 of 1 listings done, pa…read"
	if got := screen.String(); !strings.HasPrefix(got, "\r\x1b[KListing: 2,000 uploads seen, ") {
		t.Fatalf("drawn %q, want something like %q", got, want)
	}
	drawn := screen.Len()
	advance(redrawEvery - 1)
	p.observe(engine.PartsRead{})
	if screen.Len() != drawn {
		t.Error("redrawn too soon")
	}
}

func TestProgressIsErasedBeforeAnythingElseIsWritten(t *testing.T) {
	line, screen, advance := testStatus()
	w := line.eraser(screen)
	_, _ = w.Write([]byte("one\n"))
	line.begin()
	advance(2 * time.Second)
	line.show(func() string { return "busy" })
	_, _ = w.Write([]byte("two\n"))
	_, _ = w.Write([]byte("three\n"))
	if got := screen.String(); got != "one\n\r\x1b[Kbusy\r\x1b[Ktwo\nthree\n" {
		t.Errorf("%q", got)
	}
}

func TestProgressFitsTheTerminal(t *testing.T) {
	line, screen, advance := testStatus()
	advance(time.Hour)
	line.show(func() string { return strings.Repeat("x", 200) })
	if n := len([]rune(strings.TrimPrefix(screen.String(), eraseLine))); n > 59 {
		t.Errorf("%d columns", n)
	}
}

func TestProgressOfAnApply(t *testing.T) {
	line, _, _ := testStatus()
	p := newProgress(line)
	p.observe(engine.ApplyStarted{Planned: 12000})
	p.observe(engine.OutcomeReached{Outcome: engine.Outcome{Result: engine.Aborted}})
	p.observe(engine.OutcomeReached{Outcome: engine.Outcome{Result: engine.Failed}})
	p.observe(engine.AbortAnswered{})
	if got := p.text(); got != "Aborting: 1 of 12,000 answered, 2 settled, 1 in trouble" {
		t.Error(got)
	}
}
