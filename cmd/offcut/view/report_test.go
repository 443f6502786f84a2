package view

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"offcut/engine"
	"offcut/rules"
)

func sampleReport(results map[engine.Result]int64) *engine.Report {
	r := &engine.Report{
		PlanID: "00112233aabbccdd", Started: planNow(), Finished: planNow().Add(time.Minute), Requests: 1042,
		Results: map[engine.Result]engine.Totals{},
	}
	for result, n := range results {
		r.Results[result] = engine.Totals{
			Uploads: n, Bytes: n << 34, Parts: n, Cost: engine.Cost{Monthly: 0.384 * float64(n), Currency: "USD", PricedAt: "2021-11"},
		}
	}
	r.Rules = []engine.RuleReport{{
		Address: "rule.stale_media", Results: r.Results,
		Buckets: []engine.BucketReport{{Provider: "ks3", Bucket: "media-prod", Results: r.Results}},
	}}
	return r
}

func sampleOutcomes() reportSource {
	items := awkward()
	outcome := func(i int, result engine.Result, id, why string) engine.Outcome {
		return engine.Outcome{Item: items[i], Result: result, RequestID: id, Attempts: 1, Err: why, At: planNow()}
	}
	r := sampleReport(map[engine.Result]int64{
		engine.Aborted: 5, engine.Gone: 1, engine.BecameActive: 1, engine.Failed: 1, engine.NotVerified: 1, engine.NotAttempted: 1,
	})
	r.Interrupted = true
	r.Rules = append(r.Rules, engine.RuleReport{Address: "rule.strict", Stopped: "51 of 60 uploads are 85%, more than max_percent = 80"})
	return reportSource{Report: r, outcomes: seq(nil,
		outcome(0, engine.Aborted, "r0", ""),
		outcome(1, engine.Gone, "r1", ""),
		outcome(2, engine.BecameActive, "r2", ""),
		outcome(3, engine.Failed, "r3", "abort: 403 AccessDenied: grant ks3:AbortMultipartUpload on krn:ksc:ks3:::media-prod/*"),
		outcome(4, engine.NotVerified, "r4", "the store answered yes 6 times, but the upload is still listed"),
		outcome(5, engine.NotAttempted, "", "interrupted before it was begun"),
	)}
}

// wideReport is a report of two rules over several buckets, in which some uploads
// failed for two reasons.
func wideReport() reportSource {
	r := sampleReport(map[engine.Result]int64{engine.Aborted: 3_411, engine.Gone: 2, engine.Failed: 14})
	part := func(results map[engine.Result]int64) map[engine.Result]engine.Totals {
		return sampleReport(results).Results
	}
	r.Rules = []engine.RuleReport{
		{Address: "rule.broken_backups", Buckets: []engine.BucketReport{
			{Provider: "ks3", Bucket: "backups", Results: part(map[engine.Result]int64{engine.Aborted: 11})},
		}},
		{Address: "rule.idle"},
		{Address: `rule.stale_media["northern-region"]`, Buckets: []engine.BucketReport{
			{Provider: "ks3", Bucket: "media-archive-of-the-northern-region-2019", Results: part(map[engine.Result]int64{engine.Aborted: 1, engine.Failed: 2})},
			{Provider: "ks3", Bucket: "media-prod", Results: part(map[engine.Result]int64{engine.Aborted: 3_300, engine.Gone: 2})},
			{Provider: "ks3", Bucket: "media-stage", Results: part(map[engine.Result]int64{engine.Aborted: 99, engine.Failed: 12})},
		}},
	}
	var outcomes []engine.Outcome
	for i := range 14 {
		o := engine.Outcome{Item: awkward()[i%9], Result: engine.Failed, RequestID: fmt.Sprintf("req-%02d", i), Err: "gave up after 8 tries: abort: 503 ServiceUnavailable: Please try again."}
		if i%7 == 3 {
			o.Err = "abort: 403 AccessDenied: grant ks3:AbortMultipartUpload on krn:ksc:ks3:::media-archive-of-the-northern-region-2019/*"
		}
		outcomes = append(outcomes, o)
	}
	return reportSource{Report: r, outcomes: seq(nil, outcomes...)}
}

func TestReport(t *testing.T) {
	clean := reportSource{Report: sampleReport(map[engine.Result]int64{engine.Aborted: 127, engine.BecameActive: 1}), outcomes: seq[engine.Outcome](nil)}
	for name, c := range map[string]struct {
		source  reportSource
		options Options
	}{
		"report.txt":         {sampleOutcomes(), Options{}},
		"report_80_cols.txt": {sampleOutcomes(), Options{Width: 80}},
		"report_color.txt":   {sampleOutcomes(), Options{Width: 160, Color: true}},
		"report_clean.txt":   {clean, Options{}},
		"report_wide.txt":    {wideReport(), Options{}},
		"report_wide_80.txt": {wideReport(), Options{Width: 80}},
		"report_wide_60.txt": {wideReport(), Options{Width: 60, Limit: 3}},
	} {
		t.Run(name, func(t *testing.T) {
			var out bytes.Buffer
			if err := writeReport(&out, c.source, c.options); err != nil {
				t.Fatal(err)
			}
			golden(t, name, out.Bytes())
			table, _, _ := strings.Cut(out.String(), "\n\n")
			fits(t, table, c.options)
		})
	}
	var out bytes.Buffer
	if err := writeReportJSON(&out, sampleOutcomes()); err != nil {
		t.Fatal(err)
	}
	golden(t, "report.jsonl", out.Bytes())
}

// Every failure is counted under its cause, and named as far as a reader can take it
// in; what is hidden is said, with the command that lists it.
func TestReportNamesFailuresByCause(t *testing.T) {
	var outcomes []engine.Outcome
	add := func(n int, result engine.Result, why string) {
		for range n {
			outcomes = append(outcomes, engine.Outcome{Item: awkward()[0], Result: result, RequestID: fmt.Sprint("r", len(outcomes)), Err: why})
		}
	}
	add(70, engine.Failed, "abort: 500")
	add(1, engine.Failed, "abort: 403")
	add(10, engine.NotVerified, "still listed")
	add(70, engine.NotAttempted, "stopped")
	for i := range 3 * mostCauses {
		add(1, engine.NotVerified, fmt.Sprint("odd ", i))
	}
	text := reportText(t, outcomes)
	for want, times := range map[string]int{
		"failed: 70 uploads: abort: 500\n":             1,
		": abort: 403\n":                               1,
		"not-verified: 10 uploads: still listed\n":     1,
		"not-attempted: 70 uploads: stopped\n":         1,
		"not-verified: 41 uploads for other reasons\n": 1,
		"and 60 more; \"offcut history uploads -run 00112233aabbccdd -outcome failed -format csv\" lists all of them\n": 1,
		"and 60 more; \"offcut history uploads -run 00112233aabbccdd -outcome not-attempted -format csv\"":              1,
		"and 31 more; \"offcut history uploads -run 00112233aabbccdd -outcome not-verified -format csv\"":               1,
		": odd ":   mostCauses - 1 + namedEach,
		"request ": namedEach + 1 + namedEach + namedEach + mostCauses - 1 + namedEach,
	} {
		if n := strings.Count(text, want); n != times {
			t.Errorf("%q is there %d times, not %d:\n%s", want, n, times, text)
		}
	}
}

// Of uploads that became active each has its own reason, and no remedy is needed.
func TestReportNamesWhatBecameActive(t *testing.T) {
	text := reportText(t, []engine.Outcome{
		{Item: awkward()[0], Result: engine.BecameActive, Err: "active: a part arrived 3s after the plan"},
		{Item: awkward()[8], Result: engine.BecameActive, Err: "active: a part arrived 9s after the plan"},
	})
	for _, want := range []string{"became-active: 2 uploads, no longer stale and kept\n", "arrived 3s after the plan\n", "arrived 9s after the plan\n"} {
		if !strings.Contains(text, want) {
			t.Errorf("no %q in:\n%s", want, text)
		}
	}
	if strings.Contains(text, "Next:") {
		t.Errorf("something is to be done:\n%s", text)
	}
}

// What the ledger could not take down is said, in words and in JSON.
func TestReportSaysThatTheLedgerMissesOutcomes(t *testing.T) {
	s := reportSource{Report: sampleReport(map[engine.Result]int64{engine.Aborted: 1}), outcomes: seq[engine.Outcome](nil)}
	s.Unrecorded = errors.New("disk full")
	var text, lines bytes.Buffer
	if err := errors.Join(writeReport(&text, s, Options{}), writeReportJSON(&lines, s)); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(text.String(), "\nUnrecorded: the ledger misses outcomes of this run: disk full\n") || !strings.Contains(lines.String(), `"unrecorded":"disk full"`) {
		t.Errorf("%s%s", text.String(), lines.String())
	}
}

func reportText(t *testing.T, outcomes []engine.Outcome) string {
	t.Helper()
	var out bytes.Buffer
	if err := writeReport(&out, reportSource{Report: sampleReport(nil), outcomes: seq(nil, outcomes...)}, Options{}); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

// Outcomes that a full disk took away take nothing of the totals with them.
func TestReportThatMissesOutcomesHasItsTotals(t *testing.T) {
	lost := errors.New("the report misses outcomes: no space left")
	s := reportSource{Report: sampleReport(map[engine.Result]int64{engine.Aborted: 127}), outcomes: seq[engine.Outcome](lost)}
	var out bytes.Buffer
	if err := writeReport(&out, s, Options{}); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"\nLost: the report misses outcomes: no space left\n", "\nApply: 127 aborted"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("no %q in:\n%s", want, out.String())
		}
	}
	out.Reset()
	if err := writeReportJSON(&out, s); !errors.Is(err, lost) {
		t.Errorf("error %v", err)
	}
	if !strings.Contains(out.String(), `"uploads":127`) {
		t.Errorf("no totals in %s", out.String())
	}
}

func TestNothingAppliedHasASummary(t *testing.T) {
	var out bytes.Buffer
	if err := NothingAppliedJSON(&out, troubledSource().Plan); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{`"type":"apply_summary"`, `"aborted":{"uploads":0,`, `"stopped":{"rule.strict":"51 of 60`, `"requests":0`} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("no %s in %s", want, out.String())
		}
	}
}

// Blind is not clean: an apply that saw only a part says so.
func TestNothingAppliedSaysWhatWentWrong(t *testing.T) {
	failed := engine.Scope{Status: engine.ScopeFailed}
	for _, c := range []struct {
		plan engine.Plan
		want string
	}{
		{engine.Plan{Scopes: []engine.Scope{{Status: engine.ScopeComplete}, {Status: engine.ScopeAbsent}}}, "Apply: nothing to abort.\n"},
		{engine.Plan{Scopes: []engine.Scope{failed}}, "Apply: nothing was aborted; 1 listing failed.\n"},
		{
			engine.Plan{Scopes: []engine.Scope{failed, failed, {Status: engine.ScopePartial}}, Rules: []engine.RuleTotal{{Stopped: "too many"}}},
			"Apply: nothing was aborted; 2 listings failed, 1 listing partial, 1 rule stopped.\n",
		},
	} {
		var out bytes.Buffer
		if err := NothingApplied(&out, &c.plan, Options{}); err != nil || out.String() != c.want {
			t.Errorf("\n got %s, %v\nwant %s", out.String(), err, c.want)
		}
	}
}

func TestReportSentence(t *testing.T) {
	for _, c := range []struct {
		results map[engine.Result]int64
		want    string
	}{
		{map[engine.Result]int64{engine.Aborted: 127, engine.BecameActive: 1}, "127 aborted (2.0 TiB, about $48.77 a month saved), 1 became active, 0 failed. 1,042 requests."},
		{map[engine.Result]int64{engine.Gone: 2}, "0 aborted, 2 gone, 0 failed. 1,042 requests."},
		{
			map[engine.Result]int64{engine.Aborted: 1, engine.Failed: 2, engine.NotVerified: 3, engine.NotAttempted: 4},
			"1 aborted (16.0 GiB, about $0.38 a month saved), 3 not verified, 4 not attempted, 2 failed. 1,042 requests.",
		},
	} {
		if got := reportSentence(sampleReport(c.results)); got != c.want {
			t.Errorf("\n got %s\nwant %s", got, c.want)
		}
	}
}

func TestTotalsPhrase(t *testing.T) {
	usd := func(monthly float64, unpriced int64) engine.Cost {
		return engine.Cost{Monthly: monthly, Currency: "USD", PricedAt: "2021-11", UnpricedBytes: unpriced}
	}
	for _, c := range []struct {
		totals engine.Totals
		want   string
	}{
		{engine.Totals{}, "0 B"},
		{engine.Totals{Bytes: 1 << 40, Cost: usd(24.576, 0)}, "1.0 TiB, about $24.58 a month at prices of 2021-11"},
		{engine.Totals{Bytes: 1 << 50, Cost: usd(25165.824, 0)}, "1.0 PiB, about $25,165.82 a month at prices of 2021-11"},
		{engine.Totals{Bytes: 1 << 20, Cost: usd(0.00002, 0)}, "1.0 MiB, less than $0.01 a month at prices of 2021-11"},
		{engine.Totals{Bytes: 3 << 30, Cost: usd(0.99999, 1<<30)}, "3.0 GiB, about $1.00 a month at prices of 2021-11, and 1.0 GiB without a known price"},
		{engine.Totals{Bytes: 3 << 30, Cost: engine.Cost{UnpricedBytes: 3 << 30}}, "3.0 GiB, no price known"},
		{engine.Totals{Bytes: 3 << 30, Cost: engine.Cost{Monthly: 12.5, Currency: "EUR"}}, "3.0 GiB, about EUR 12.50 a month"},
		{engine.Totals{Bytes: 3 << 30, Cost: engine.Cost{Monthly: 12.5, Currency: "CNY"}}, "3.0 GiB, about CNY 12.50 a month"},
	} {
		if got := TotalsPhrase(c.totals); got != c.want {
			t.Errorf("\n got %s\nwant %s", got, c.want)
		}
	}
}

func TestReasonsLargestFirst(t *testing.T) {
	got := reasons(map[rules.Reason]int64{rules.KeepYoung: 3, rules.KeepActive: 1200, rules.KeepFiltered: 3, rules.KeepProtected: 0})
	if got != "1,200 active, 3 filtered, 3 young" {
		t.Error(got)
	}
}
