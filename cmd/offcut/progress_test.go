package main

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/rs/zerolog"

	"offcut/cmd/offcut/view"
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
	p := newProgress(line, zerolog.Nop(), line.now)
	scope := engine.Scope{Provider: "ks3", Bucket: "media"}
	p.observe(engine.ScopeStarted{Scope: scope})
	advance(999 * time.Millisecond)
	p.observe(engine.PageListed{Provider: "ks3", Bucket: "media", Listed: 1000})
	if screen.String() != "" {
		t.Fatalf("drawn within the first second: %q", screen)
	}
	advance(time.Millisecond)
	p.observe(engine.PageListed{Provider: "ks3", Bucket: "media", Listed: 2000})
	want := "\r\x1b[KListing: 2,000 uploads seen, 0 of 1 listing done"
	if got := screen.String(); got != want {
		t.Fatalf("drawn %q, want %q", got, want)
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
	line.show(func(int) string { return "busy" })
	_, _ = w.Write([]byte("two\n"))
	_, _ = w.Write([]byte("three\n"))
	if got := screen.String(); got != "one\n\r\x1b[Kbusy\r\x1b[Ktwo\nthree\n" {
		t.Errorf("%q", got)
	}
}

func TestProgressFitsTheTerminal(t *testing.T) {
	line, screen, advance := testStatus()
	advance(time.Hour)
	line.show(func(int) string { return strings.Repeat("x", 200) })
	if n := len([]rune(strings.TrimPrefix(screen.String(), eraseLine))); n > 59 {
		t.Errorf("%d columns", n)
	}
}

// applied counts the events of an apply of 12,000 uploads, 3 of which fail and one of
// which turns out gone, up to the proof.
func applied(answered int) *counts {
	c := &counts{byScope: map[string]int64{}}
	c.add(engine.ApplyStarted{Planned: 12_000})
	for range answered {
		c.add(engine.AbortAnswered{})
	}
	for range 3 {
		c.add(engine.OutcomeReached{Outcome: engine.Outcome{Result: engine.Failed}})
	}
	c.add(engine.OutcomeReached{Outcome: engine.Outcome{Result: engine.Gone}})
	return c
}

func TestProgressOfAnApply(t *testing.T) {
	aborting, proving := applied(1230), applied(11_996)
	aborting.add(engine.AbortAnswered{Again: true}) // of an upload that is counted already
	if !proving.add(engine.ProofStarted{Uploads: 11_996}) || proving.add(engine.ProofStarted{Uploads: 1}) {
		t.Error("the first proof begins a stage, and no other")
	}
	for range 2000 {
		proving.add(engine.AbortAnswered{Again: true})
		proving.add(engine.OutcomeReached{Outcome: engine.Outcome{Result: engine.Aborted}})
	}
	proving.add(engine.OutcomeReached{Outcome: engine.Outcome{Result: engine.NotVerified}})
	for _, c := range []struct {
		counts *counts
		rate   float64
		width  int
		want   string
	}{
		{aborting, 0, 80, "Aborting: 1,234 of 12,000, 3 failed"},
		{aborting, 480.4, 80, "Aborting: 1,234 of 12,000, 480 a second, about 25s left, 3 failed"},
		{aborting, 480.4, 60, "Aborting: 1,234 of 12,000, about 25s left, 3 failed"},
		{aborting, 480.4, 40, "Aborting: 1,234 of 12,000, 3 failed"},
		{aborting, 0.5, 80, "Aborting: 1,234 of 12,000, about 6h left, 3 failed"},
		{proving, 480.4, 100, "Proving: 2,005 of 12,000, 480 a second, about 25s left, 3 failed, 1 not verified"},
		{proving, 480.4, 60, "Proving: 2,005 of 12,000, 3 failed, 1 not verified"},
		{proving, 480.4, 36, "Proving: 2,005 of 12,000, 3 failed"},
		{&counts{listed: 1, scopes: 2, finished: 1}, 0, 80, "Listing: 1 upload seen, 1 of 2 listings done, parts of 0 read"},
		{&counts{listed: 1, scopes: 2, finished: 1}, 0, 50, "Listing: 1 upload seen, 1 of 2 listings done"},
	} {
		if got := c.counts.text(c.rate, c.width); got != c.want || view.Width(got) > c.width {
			t.Errorf("\n got %s\nwant %s", got, c.want)
		}
	}
}

// No upload is counted beyond what was planned, whatever became of it.
func TestProgressNeverExceedsThePlan(t *testing.T) {
	c := applied(12_000)
	if c.done() != 12_000 {
		t.Errorf("%d of 12,000", c.done())
	}
}

// Without a terminal the log says how far things are, every few seconds and no more.
func TestProgressIsLogged(t *testing.T) {
	line, _, advance := testStatus()
	var out strings.Builder
	p := newProgress(nil, zerolog.New(&out), line.now)
	advance(logProgressEvery)
	p.observe(engine.PageListed{Provider: "ks3", Bucket: "media", Listed: 2000})
	p.observe(engine.ApplyStarted{Planned: 1000})
	for range 250 {
		advance(100 * time.Millisecond)
		p.observe(engine.AbortAnswered{})
	}
	p.observe(engine.OutcomeReached{Outcome: engine.Outcome{Result: engine.Failed}})
	var got []string
	for text := range strings.Lines(out.String()) {
		var l struct {
			Message string  `json:"message"`
			Listed  int64   `json:"listed"`
			Done    int64   `json:"done"`
			Planned int64   `json:"planned"`
			Rate    float64 `json:"per_second"`
			Left    float64 `json:"seconds_left"`
		}
		if err := json.Unmarshal([]byte(text), &l); err != nil {
			t.Fatal(err)
		}
		switch l.Message {
		case "progress of the plan":
			got = append(got, view.Count(l.Listed)+" listed")
		case "progress of the apply":
			if l.Planned != 1000 || l.Rate != 10 {
				t.Errorf("%s", text)
			}
			got = append(got, view.Count(l.Done)+" done, "+leftPhrase(time.Duration(l.Left)*time.Second))
		}
	}
	if want := []string{"2,000 listed", "100 done, about 1m 30s left", "200 done, about 1m 20s left"}; !slices.Equal(got, want) {
		t.Errorf("logged %q, want %q", got, want)
	}
}

func TestProgressOfSettling(t *testing.T) {
	line, screen, advance := testStatus()
	p := newProgress(line, zerolog.Nop(), line.now)
	p.observe(engine.RunUnsettled{})
	advance(2 * time.Second)
	p.observe(engine.UploadSettled{})
	if got, want := screen.String(), "\r\x1b[KSettling a run that did not finish: 1 upload done"; got != want {
		t.Errorf("drawn %q, want %q", got, want)
	}
	p.observe(engine.RunSettled{})
	screen.Reset()
	advance(2 * time.Second)
	p.observe(engine.PageListed{Listed: 1})
	if got := screen.String(); !strings.Contains(got, "Listing: 1 upload seen") {
		t.Errorf("after it drawn %q", got)
	}
}
