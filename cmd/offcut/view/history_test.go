package view

import (
	"bytes"
	"errors"
	"io"
	"iter"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"offcut/engine"
	"offcut/engine/ledger"
)

// pastTotals is n uploads of 16 GiB with a price.
func pastTotals(n int64) engine.Totals {
	return engine.Totals{Uploads: n, Bytes: n << 34, Parts: n, Cost: engine.Cost{Monthly: 0.384 * float64(n), Currency: "USD", PricedAt: "2021-11"}}
}

func pastRun(id string, started time.Time) ledger.RunSummary {
	r := ledger.RunSummary{Settled: true, Results: Results{}, Currency: "USD"}
	r.ID, r.Planned, r.Started = id, started.Add(-time.Minute), started
	r.Origin = engine.Origin{Actor: "sre@desk-7", Command: "offcut apply", Version: "0.4.0"}
	r.Providers = samplePlan().Providers
	r.Providers[0].Buckets = []engine.Bucket{{Name: "media-prod", Owner: "73000001"}, {Name: "media-stage", Owner: "73000001"}}
	r.Rules = []engine.RuleOrigin{{Address: "rule.stale_media", File: "offcut.hcl", Line: 12}}
	r.End = engine.RunEnd{Finished: started.Add(2*time.Minute + 7*time.Second), Requests: 1042}
	return r
}

func pastRunsOf() []ledger.RunSummary {
	whole := pastRun("1f3a09c2d4e5f607", planNow())
	whole.Totals, whole.Results = pastTotals(128), Results{engine.Aborted: pastTotals(127), engine.BecameActive: pastTotals(1)}
	open := pastRun("2222222222222222", planNow().Add(-time.Hour))
	open.Totals, open.Results, open.Open, open.Settled = pastTotals(5), Results{engine.Aborted: pastTotals(2)}, 3, false
	open.Origin.Command, open.End = "offcut serve", engine.RunEnd{}
	open.Rules = append(open.Rules, engine.RuleOrigin{Address: `rule.other["\x1b[31mred"]`, File: "more\nlines.hcl", Line: 3})
	settled := pastRun("3333333333333333", planNow().Add(-25*time.Hour))
	settled.Totals, settled.Results = pastTotals(5000), Results{engine.Aborted: pastTotals(4997), engine.Gone: pastTotals(1), engine.NotAttempted: pastTotals(2)}
	settled.End.SettledBy, settled.Origin.PlanFile = "2222222222222222", "plans/night \x1b[2J.plan"
	stopped := pastRun("4444444444444444", planNow().Add(-26*time.Hour))
	stopped.Totals, stopped.Results = pastTotals(3), Results{engine.Failed: pastTotals(1), engine.NotVerified: pastTotals(2)}
	stopped.End.Interrupted = true
	return []ledger.RunSummary{whole, open, settled, stopped}
}

func pastEntries() []ledger.Entry {
	items := awkward()
	var list []ledger.Entry
	for i, result := range []engine.Result{
		engine.Aborted, engine.Gone, engine.BecameActive, engine.Failed, engine.NotVerified, engine.NotAttempted, engine.Aborted, engine.Aborted, engine.Aborted, engine.Aborted,
	} {
		e := ledger.Entry{
			Number: int64(100 - i), Run: "1f3a09c2d4e5f607", Actor: "sre@desk-7", Hash: strings.Repeat("0123456789abcdef", 4),
			Rule: engine.RuleOrigin{Address: "rule.stale_media", File: "offcut.hcl", Line: 12},
		}
		e.Item, e.Result, e.RequestID, e.Attempts, e.At = items[i], result, "r-0815", 1, planNow().Add(-time.Duration(i)*time.Second)
		if result == engine.Failed {
			e.Err = "abort: 403 AccessDenied\x1b[31m: grant ks3:AbortMultipartUpload on krn:ksc:ks3:::media-prod/*"
		}
		if result == engine.Aborted {
			e.Money = engine.Cost{Monthly: 14.688, Currency: "USD", PricedAt: "2021-11"}
		}
		list = append(list, e)
	}
	return list
}

func pastDays() []ledger.DayTotal {
	return []ledger.DayTotal{
		{Day: planNow().Truncate(24 * time.Hour), Results: Results{engine.Aborted: pastTotals(127), engine.BecameActive: pastTotals(1)}},
		{Day: planNow().Truncate(24*time.Hour).AddDate(0, 0, -1), Results: Results{engine.Aborted: pastTotals(4997), engine.Failed: pastTotals(3)}},
	}
}

func pastSums() Results {
	return Results{engine.Aborted: pastTotals(5), engine.Gone: pastTotals(1), engine.Failed: pastTotals(1204)}
}

func TestHistory(t *testing.T) {
	runs := func() iter.Seq2[ledger.RunSummary, error] { return seq(nil, pastRunsOf()...) }
	rows := func() iter.Seq2[ledger.Entry, error] { return seq(nil, pastEntries()...) }
	narrow := Options{Width: 80, Color: true}
	for name, write := range map[string]func(w io.Writer) error{
		"history.txt":             func(w io.Writer) error { _, err := HistoryRuns(w, runs(), Options{}); return err },
		"history_terminal_80.txt": func(w io.Writer) error { _, err := HistoryRuns(w, runs(), narrow); return err },
		"history_limit.txt":       func(w io.Writer) error { _, err := HistoryRuns(w, runs(), Options{Limit: 1}); return err },
		"history.jsonl":           func(w io.Writer) error { return HistoryRunsJSON(w, runs(), 2) },
		"history.csv":             func(w io.Writer) error { return HistoryRunsCSV(w, runs(), 0) },
		"history_uploads.txt":     func(w io.Writer) error { return HistoryUploads(w, rows(), pastSums(), Options{}) },
		"history_uploads_80.txt":  func(w io.Writer) error { return HistoryUploads(w, rows(), pastSums(), narrow) },
		"history_uploads_140.txt": func(w io.Writer) error { return HistoryUploads(w, rows(), pastSums(), Options{Width: 140}) },
		"history_uploads.jsonl":   func(w io.Writer) error { return HistoryUploadsJSON(w, rows(), pastSums()) },
		"history_uploads.csv":     func(w io.Writer) error { return HistoryUploadsCSV(w, rows()) },
		"history_days.txt":        func(w io.Writer) error { _, err := HistoryDays(w, pastDays(), Options{}); return err },
		"history_days.jsonl":      func(w io.Writer) error { return HistoryDaysJSON(w, pastDays(), 0) },
		"history_days.csv":        func(w io.Writer) error { return HistoryDaysCSV(w, pastDays(), 0) },
		"history_show.txt":        func(w io.Writer) error { return HistoryRun(w, &pastRunsOf()[0], rows(), pastSums(), Options{}) },
		"history_show_open.txt":   func(w io.Writer) error { return HistoryRun(w, &pastRunsOf()[1], rows(), pastSums(), Options{Limit: 2}) },
		"history_show_settled.txt": func(w io.Writer) error {
			return HistoryRun(w, &pastRunsOf()[2], seq[ledger.Entry](nil), nil, Options{})
		},
		"history_show.jsonl": func(w io.Writer) error { return HistoryRunJSON(w, &pastRunsOf()[2], rows(), pastSums()) },
	} {
		t.Run(name, func(t *testing.T) {
			var out bytes.Buffer
			if err := write(&out); err != nil {
				t.Fatal(err)
			}
			golden(t, name, out.Bytes())
		})
	}
}

// A history that cannot be read to its end is an error, and no sum is shown as if
// it were whole.
func TestHistoryThatBreaksOffIsAnError(t *testing.T) {
	broken := errors.New("read the ledger: database disk image is malformed")
	runs := func() iter.Seq2[ledger.RunSummary, error] { return seq(broken, pastRunsOf()...) }
	rows := func() iter.Seq2[ledger.Entry, error] { return seq(broken, pastEntries()...) }
	for name, write := range map[string]func(w io.Writer) error{
		"runs":         func(w io.Writer) error { _, err := HistoryRuns(w, runs(), Options{}); return err },
		"runs as JSON": func(w io.Writer) error { return HistoryRunsJSON(w, runs(), 0) },
		"runs as CSV":  func(w io.Writer) error { return HistoryRunsCSV(w, runs(), 0) },
		"rows":         func(w io.Writer) error { return HistoryUploads(w, rows(), pastSums(), Options{}) },
		"rows as JSON": func(w io.Writer) error { return HistoryUploadsJSON(w, rows(), pastSums()) },
		"rows as CSV":  func(w io.Writer) error { return HistoryUploadsCSV(w, rows()) },
		"one run":      func(w io.Writer) error { return HistoryRun(w, &pastRunsOf()[0], rows(), pastSums(), Options{}) },
	} {
		t.Run(name, func(t *testing.T) {
			var out bytes.Buffer
			if err := write(&out); !errors.Is(err, broken) {
				t.Errorf("error %v, want the reading's", err)
			}
			if strings.Contains(out.String(), "History: ") || strings.Contains(out.String(), "history_summary") {
				t.Errorf("a sum is shown:\n%s", out.String())
			}
		})
	}
}

// What a key, a name or an error text holds reaches no terminal as it is.
func TestPromise12_HistoryEscapes(t *testing.T) {
	var out bytes.Buffer
	_, err := HistoryRuns(&out, seq(nil, pastRunsOf()...), Options{})
	err = errors.Join(err,
		HistoryUploads(&out, seq(nil, pastEntries()...), pastSums(), Options{}),
		HistoryRun(&out, &pastRunsOf()[2], seq(nil, pastEntries()...), pastSums(), Options{}),
		HistoryRunJSON(&out, &pastRunsOf()[1], seq(nil, pastEntries()...), pastSums()),
		HistoryUploadsCSV(&out, seq(nil, pastEntries()...)),
		HistoryRunsCSV(&out, seq(nil, pastRunsOf()...), 0),
	)
	if err != nil {
		t.Fatal(err)
	}
	if i := strings.IndexFunc(out.String(), func(r rune) bool { return r == 0x1b || r == 0x202e || r == utf8.RuneError }); i >= 0 {
		t.Errorf("an unprintable character is written as it is: %q", out.String()[max(0, i-60):i+1])
	}
}

// A run is finished, interrupted, settled by a later one, or open.
func TestStateOf(t *testing.T) {
	want := []RunState{RunFinished, RunOpen, RunSettled, RunInterrupted}
	for i, r := range pastRunsOf() {
		if got := StateOf(&r); got != want[i] {
			t.Errorf("run %s is %s, want %s", r.ID, got, want[i])
		}
	}
}

// What became of a run that did not finish is told with its counts; nothing in it
// reaches a terminal as it is.
func TestPromise8_SettledRunsAreTold(t *testing.T) {
	run := pastRun("1f3a09c2d4e5f607", planNow()).Run
	run.Totals, run.Origin.Actor = pastTotals(5000), "sre@desk\x1b[2J"
	three := &engine.Settled{Run: run, Results: Results{engine.Aborted: pastTotals(2), engine.Gone: pastTotals(1)}}
	want := `Run 1f3a09c2 of 2026-11-22 03:00:00 UTC by sre@desk\x1b[2J (offcut apply) did not finish: 3 of its 5,000 uploads had no outcome in the ledger: ` +
		`2 aborted, 1 gone. It is settled now; "offcut history show 1f3a09c2" names them.`
	if got := Settled(three); got != want {
		t.Errorf("three uploads in doubt:\n%s\nwant\n%s", got, want)
	}
	run.Totals = pastTotals(1)
	want = `Run 1f3a09c2 of 2026-11-22 03:00:00 UTC by sre@desk\x1b[2J (offcut apply) did not finish: every one of its outcomes was known. It is settled now.`
	if got := Settled(&engine.Settled{Run: run}); got != want {
		t.Errorf("nothing in doubt:\n%s\nwant\n%s", got, want)
	}
	var out bytes.Buffer
	if err := SettledJSON(&out, three); err != nil {
		t.Fatal(err)
	}
	golden(t, "settled.jsonl", out.Bytes())
}
