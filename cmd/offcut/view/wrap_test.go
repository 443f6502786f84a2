package view

import (
	"bytes"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"

	"offcut/engine"
	"offcut/engine/ledger"
	"offcut/rules"
)

func TestWrap(t *testing.T) {
	for _, c := range []struct {
		in                string
		used, hang, width int
		want              string
	}{
		{"one two three", 0, 0, 0, "one two three"},
		{"one two three", 0, 0, 13, "one two three"},
		{"one two three", 0, 0, 12, "one two\n  three"},
		{"one two three", 6, 0, 12, "one\n  two three"},
		{"    one two three", 0, 0, 12, "    one two\n      three"},
		{"  Owner   one two", 0, 10, 14, "  Owner   one\n          two"},
		{"one  two   three", 0, 0, 6, "one  two   three"},
		{"a-word-that-is-too-long one", 0, 0, 8, "a-word-that-is-too-long\n  one"},
		{"one\ntwo three", 0, 0, 5, "one\ntwo\n  three"},
		{"监控 录像", 0, 0, 8, "监控\n  录像"},
		{"", 0, 0, 5, ""},
		{`with a = "7d" and b`, 0, 0, 9, "with\n  a = \"7d\"\n  and b"},
		{"aaa == b", 0, 0, 3, "aaa\n  ==\n  b"},
	} {
		if got := wrap(c.in, c.used, c.hang, c.width); got != c.want {
			t.Errorf("wrap(%q, %d, %d, %d) = %q, want %q", c.in, c.used, c.hang, c.width, got, c.want)
		}
	}
}

// Nothing that is written for people is wider than their terminal, but for words that
// are wider themselves.
func TestPagesFitTheTerminal(t *testing.T) {
	runs, rows := func(n int) []ledger.RunSummary { return pastRunsOf()[:n] }, pastEntries()
	for name, write := range map[string]func(w io.Writer, o Options) error{
		"plan":         func(w io.Writer, o Options) error { return writePlan(w, sampleSource(), o) },
		"plan, broken": func(w io.Writer, o Options) error { return writePlan(w, troubledSource(), o) },
		"history":      func(w io.Writer, o Options) error { _, err := HistoryRuns(w, seq(nil, runs(1)...), o); return err },
		"history, all": func(w io.Writer, o Options) error { _, err := HistoryRuns(w, seq(nil, runs(4)...), o); return err },
		"days":         func(w io.Writer, o Options) error { _, err := HistoryDays(w, pastDays(), o); return err },
		"uploads":      func(w io.Writer, o Options) error { return HistoryUploads(w, seq(nil, rows...), pastSums(), o) },
		"run": func(w io.Writer, o Options) error {
			return HistoryRun(w, &pastRunsOf()[0], seq(nil, rows...), pastSums(), o)
		},
		"report":   func(w io.Writer, o Options) error { return writeReport(w, sampleOutcomes(), o) },
		"reports":  func(w io.Writer, o Options) error { return writeReport(w, wideReport(), o) },
		"question": Question{manyBuckets(), rules.Confirm{}, map[string]engine.Identity{}}.Write,
	} {
		for _, width := range []int{60, 80, 120, 200} {
			t.Run(fmt.Sprintf("%s/%d", name, width), func(t *testing.T) {
				var out bytes.Buffer
				if err := write(&out, Options{Width: width, ShowKept: true}); err != nil {
					t.Fatal(err)
				}
				for line := range strings.Lines(out.String()) {
					line = strings.TrimRight(line, "\n")
					longWord := slices.ContainsFunc(words(line), func(w string) bool { return Width(w) > width-len(gap) })
					if Width(line) > width && !longWord {
						t.Errorf("%d columns: %s", Width(line), line)
					}
				}
			})
		}
	}
}
