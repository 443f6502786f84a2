package view

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"errors"
	"strconv"
	"strings"
	"testing"
	"time"

	"offcut/engine"
	"offcut/rules"
)

func TestPlanTable(t *testing.T) {
	for _, c := range []struct {
		name   string
		source planSource
		o      Options
	}{
		{"plan_no_terminal.txt", sampleSource(), Options{}},
		{"plan_terminal_120.txt", sampleSource(), Options{Width: 120}},
		{"plan_terminal_80.txt", sampleSource(), Options{Width: 80, ShowKept: true}},
		{"plan_limit.txt", sampleSource(), Options{Limit: 2}},
		{"plan_show_kept.txt", sampleSource(), Options{ShowKept: true, Limit: 3}},
		{"plan_troubled.txt", troubledSource(), Options{}},
		{"plan_troubled_color.txt", troubledSource(), Options{Color: true, Limit: 1}},
		{"plan_empty.txt", emptySource(), Options{}},
	} {
		t.Run(c.name, func(t *testing.T) {
			var out bytes.Buffer
			if err := writePlan(&out, c.source, c.o); err != nil {
				t.Fatal(err)
			}
			golden(t, c.name, out.Bytes())
		})
	}
}

// TestPlanTellsOfProtects: why the protect behind a kept row is there, once, and
// which protects are over at the plan's instant.
func TestPlanTellsOfProtects(t *testing.T) {
	o := Options{ShowKept: true, Protects: []rules.Protect{
		{Address: "protect.legal_hold", Reason: "Case 2026-114\n\x1b[31m"},
		{Address: "protect.now", Until: planNow(), Reason: "not behind a row"},
		{Address: "protect.later", Until: planNow().Add(soon + time.Second)},
		{Address: "protect.soon", Until: planNow().Add(5*24*time.Hour + 90*time.Minute)},
		{Address: "protect.old", Until: time.Date(2025, 1, 1, 0, 0, 0, 0, time.UTC)},
	}}
	s := sampleSource()
	s.Providers = append(s.Providers, engine.ProviderStatus{Address: "s3", Now: planNow().Add(time.Hour)}, engine.ProviderStatus{Address: "s3.dead"})
	var table, lines bytes.Buffer
	if err := errors.Join(writePlan(&table, s, o), writePlanJSON(&lines, s, o)); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"\nprotect.legal_hold: Case 2026-114\\n\\x1b[31m\n",
		"\nNote: protect.now ended on 2026-11-22 03:00 UTC and protects nothing now.\n" +
			"Note: protect.soon ends on 2026-11-27 04:30 UTC, in 5d 1h: from then on rules may abort what it covers.\n" +
			"Note: protect.old ended on 2025-01-01 00:00 UTC and protects nothing now.\n\nPlan: ",
	} {
		if strings.Count(table.String(), want) != 1 {
			t.Errorf("no %q in\n%s", want, table.String())
		}
	}
	for _, never := range []string{"protect.later", "not behind a row"} {
		if strings.Contains(table.String()+lines.String(), never) {
			t.Errorf("%q in\n%s\n%s", never, table.String(), lines.String())
		}
	}
	for want, times := range map[string]int{
		`"by":"protect.legal_hold","reason":"protected","protect_reason":"Case 2026-114\n\u001b[31m"`: 1,
		`"protect_reason"`: 1,
		`{"type":"note","format":"1","protect":"protect.old","summary":"protect.old ended on 2025-01-01 00:00 UTC and protects nothing now."}`: 1,
		`"type":"note"`: 3,
	} {
		if got := strings.Count(lines.String(), want); got != times {
			t.Errorf("%d of %s in\n%s", got, want, lines.String())
		}
	}
}

// Where no store told the time, nothing is said to be over.
func TestPlanWithoutATimeEndsNoProtect(t *testing.T) {
	p := &engine.Plan{Providers: []engine.ProviderStatus{{Address: "ks3"}}}
	if notes := endedNotes(p, []rules.Protect{{Address: "protect.old", Until: planNow()}}); len(notes) > 0 {
		t.Errorf("%v", notes)
	}
}

func emptySource() planSource {
	p := samplePlan()
	p.Abort, p.ByBucket, p.ByOwner = engine.Totals{}, nil, nil
	p.Rules = []engine.RuleTotal{{Address: "rule.stale_media", Listed: 19, Kept: p.Kept}}
	p.Scopes, p.Requests = p.Scopes[:1], 1
	return planSource{Plan: p, items: seq[engine.Item](nil), kept: seq[engine.KeptItem](nil)}
}

// The columns line up for characters of any width, and no line is wider than the
// terminal where the columns can be shortened.
func TestPlanTableFitsTheTerminal(t *testing.T) {
	for _, width := range []int{120, 140, 200} {
		var out bytes.Buffer
		if err := writePlan(&out, sampleSource(), Options{Width: width}); err != nil {
			t.Fatal(err)
		}
		for line := range strings.Lines(out.String()) {
			line = strings.TrimRight(line, "\n")
			if isRow := strings.HasPrefix(line, "RULE ") || strings.HasPrefix(line, "rule."); isRow && Width(line) > width {
				t.Errorf("width %d: a row takes %d columns: %s", width, Width(line), line)
			}
		}
	}
}

func TestPromise12_NoEscapeFromAKeyReachesAView(t *testing.T) {
	var out bytes.Buffer
	s := troubledSource()
	s.Scopes[2].Err = errors.New("key \x1b]0;owned\x07 \u009b31m \u202e")
	for name, write := range map[string]func() error{
		"table": func() error { return writePlan(&out, s, Options{ShowKept: true}) },
		"csv":   func() error { return writeCSV(&out, s) },
		"json":  func() error { return writePlanJSON(&out, s, Options{ShowKept: true}) },
	} {
		out.Reset()
		if err := write(); err != nil {
			t.Fatal(err)
		}
		for _, r := range out.String() {
			if r != '\n' && r != '…' && !strconv.IsPrint(r) {
				t.Errorf("%s holds the unprintable %U", name, r)
			}
		}
		if strings.Contains(out.String(), "\xff") {
			t.Errorf("%s holds a byte that is no UTF-8", name)
		}
	}
}

func TestLargestFirstAndPlanOrderBetweenEquals(t *testing.T) {
	items := awkward()
	for limit := range len(items) + 2 {
		top, total, err := largest(seq(nil, items...), limit)
		if err != nil || total != int64(len(items)) || len(top) != min(limit, len(items)) {
			t.Fatalf("limit %d: %d of %d, %v", limit, len(top), total, err)
		}
		var ids []string
		for _, it := range top {
			ids = append(ids, it.Upload.ID)
		}
		want := []string{"b1", "0123456789abcdef0123456789abcdef", "2f3e4d5c6b7a89900123456789abcdef", "a7", "a2", "a3", "a4", "a5", "a6", "a1"}
		if got := strings.Join(ids, " "); got != strings.Join(want[:len(ids)], " ") {
			t.Errorf("limit %d: %s", limit, got)
		}
	}
}

func TestViewsReturnTheSpoolsError(t *testing.T) {
	broken := errors.New("spool: checksum differs")
	s := sampleSource()
	s.items = seq(broken, awkward()...)
	for name, err := range map[string]error{
		"table": writePlan(&bytes.Buffer{}, s, Options{}),
		"csv":   writeCSV(&bytes.Buffer{}, s),
		"json":  writePlanJSON(&bytes.Buffer{}, s, Options{}),
	} {
		if !errors.Is(err, broken) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestPlanCSV(t *testing.T) {
	var out bytes.Buffer
	if err := writeCSV(&out, sampleSource()); err != nil {
		t.Fatal(err)
	}
	golden(t, "plan.csv", out.Bytes())
	rows, err := csv.NewReader(&out).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	for i, it := range awkward() {
		if got := unescape(t, rows[i+1][2]); got != it.Upload.Key {
			t.Errorf("the key %q came back as %q", it.Upload.Key, got)
		}
		if strings.ContainsAny(rows[i+1][2][:1], "=+-@\t\r") {
			t.Errorf("a spreadsheet would run %q", rows[i+1][2])
		}
	}
}

// unescape undoes what the package comment says about text cells.
func unescape(t *testing.T, s string) string {
	t.Helper()
	raw, err := strconv.Unquote(`"` + strings.ReplaceAll(s, `"`, `\"`) + `"`)
	if err != nil {
		t.Fatalf("%q cannot be undone: %v", s, err)
	}
	return raw
}

func TestPlanJSON(t *testing.T) {
	var out bytes.Buffer
	if err := writePlanJSON(&out, troubledSource(), Options{ShowKept: true}); err != nil {
		t.Fatal(err)
	}
	golden(t, "plan.jsonl", out.Bytes())
	for line := range bytes.Lines(out.Bytes()) {
		var fields struct{ Type, Format string }
		if err := json.Unmarshal(line, &fields); err != nil || fields.Type == "" || fields.Format != Format {
			t.Errorf("%v: %s", err, line)
		}
	}
}

func TestPlanSentence(t *testing.T) {
	cost := engine.Cost{Monthly: 83.56, Currency: "USD", PricedAt: "2021-11"}
	scope := func(bucket string, status engine.ScopeStatus) engine.Scope {
		return engine.Scope{Provider: "ks3", Bucket: bucket, Status: status}
	}
	complete := []engine.Scope{scope("a", engine.ScopeComplete)}
	for _, c := range []struct {
		plan engine.Plan
		want string
	}{
		{
			engine.Plan{
				Abort: engine.Totals{Uploads: 128, Bytes: 3738339534438, Cost: cost}, Requests: 412,
				Kept: map[rules.Reason]int64{rules.KeepYoung: 12, rules.KeepActive: 4, rules.KeepProtected: 3},
				Scopes: []engine.Scope{
					scope("a", engine.ScopeComplete), scope("b", engine.ScopeComplete), scope("b", engine.ScopeComplete),
					scope("c", engine.ScopeComplete), scope("c", engine.ScopeFailed),
				},
			},
			"128 to abort (3.4 TiB, about $83.56 a month at prices of 2021-11), 19 kept (12 young, 4 active, 3 protected). 2 buckets listed, 1 failed. 412 requests.",
		},
		{
			engine.Plan{Abort: engine.Totals{Uploads: 1, Bytes: 512}, Scopes: complete, Requests: 1},
			"1 to abort (512 B), none kept. 1 bucket listed. 1 request.",
		},
		{
			engine.Plan{Scopes: complete, Requests: 2, Kept: map[rules.Reason]int64{rules.KeepYoung: 1}},
			"nothing to abort. 1 kept (1 young). 1 bucket listed. 2 requests.",
		},
		{
			engine.Plan{
				Scopes: []engine.Scope{scope("a", engine.ScopePartial), scope("b", engine.ScopeAbsent)}, Requests: 1234567,
				Rules: []engine.RuleTotal{{Stopped: "too many", Abort: engine.Totals{Uploads: 10001}}, {Abort: engine.Totals{Uploads: 3}}},
			},
			"no bucket could be listed to the end, so nothing is to abort. 10,001 held back by limits, none kept. 1 bucket partial, 1 absent. 1,234,567 requests.",
		},
		{
			engine.Plan{Scopes: []engine.Scope{scope("a", engine.ScopeFailed)}, Requests: 2},
			"no bucket could be listed, so nothing is known. 1 bucket failed. 2 requests.",
		},
		{
			engine.Plan{
				Scopes: []engine.Scope{scope("a", engine.ScopeFailed), scope("b", engine.ScopeFailed), scope("c", engine.ScopeAbsent)}, Requests: 6,
				Rules: []engine.RuleTotal{{Address: "rule.a", Stopped: "max_percent cannot be judged"}},
			},
			"no bucket could be listed, so nothing is known. 2 buckets failed, 1 absent. 6 requests.",
		},
		{
			engine.Plan{
				Scopes:   []engine.Scope{scope("a", engine.ScopeComplete), {Bucket: "b", Status: engine.ScopeFailed, Rules: []string{"rule.a"}}},
				Requests: 3, Rules: []engine.RuleTotal{{Address: "rule.a", Stopped: "max_percent cannot be judged"}},
			},
			"nothing to abort in what could be listed. None kept. 1 bucket listed, 1 failed. 3 requests.",
		},
		{engine.Plan{Scopes: []engine.Scope{scope("a", engine.ScopeAbsent)}, Requests: 1}, "nothing to abort. None kept. 1 bucket absent. 1 request."},
		{
			engine.Plan{Scopes: complete, Requests: 2, Rules: []engine.RuleTotal{{Stopped: "a"}, {Stopped: "b"}}},
			"nothing to abort, as 2 rules were stopped by limits. None kept. 1 bucket listed. 2 requests.",
		},
		{engine.Plan{Scopes: complete, Requests: 1}, "nothing to abort. None kept. 1 bucket listed. 1 request."},
	} {
		if got := planSentence(&c.plan); got != c.want {
			t.Errorf("\n got %s\nwant %s", got, c.want)
		}
	}
}

func TestClocks(t *testing.T) {
	for skew, want := range map[time.Duration]string{
		0:                       "clocks agree",
		-time.Second:            "its clock is 1s behind this one",
		time.Second - 1:         "clocks agree",
		3 * time.Second:         "its clock is 3s ahead of this one",
		-(4*time.Minute + 1500): "its clock is 4m behind this one",
	} {
		if got := clocks(engine.ProviderStatus{Now: planNow(), Skew: skew}); got != want {
			t.Errorf("%v: %s", skew, got)
		}
	}
}

// Prefixes of one bucket are told behind its name, once.
func TestScopesOfOneBucketAreToldTogether(t *testing.T) {
	failed := func(bucket, prefix string) engine.Scope {
		return engine.Scope{Provider: "ks3", Bucket: bucket, Prefix: prefix, Status: engine.ScopeFailed, Err: errRefused}
	}
	p := &engine.Plan{
		Providers: []engine.ProviderStatus{{Address: "ks3"}},
		Scopes:    []engine.Scope{failed("a", "raw/"), failed("a", `t"mp/`), failed("b", "raw/"), failed("c", "")},
	}
	var out bytes.Buffer
	if err := PlanEnd(&out, p, Options{}); err != nil {
		t.Fatal(err)
	}
	want := `Failed: bucket a (prefixes "raw/", "t\"mp/"); bucket b, prefix "raw/"; bucket c were not listed, so nothing in them is aborted: ` + errRefused.Error() + "\n"
	if !strings.HasPrefix(out.String(), want) {
		t.Errorf("got %s", out.String())
	}
}

// A rule that was stopped on its way is not said to be stopped twice.
func TestStopText(t *testing.T) {
	for want, s := range map[string]stop{
		"rule.a after 3 uploads":   {"stopped after 3 uploads", []string{"rule.a"}},
		"rule.a, rule.b: too many": {"too many", []string{"rule.a", "rule.b"}},
	} {
		if got := s.text(); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

// What many listings have in common is said once, and the first of them are named.
func TestSharedCauseIsToldOnce(t *testing.T) {
	p := samplePlan()
	for i := range 9 {
		p.Scopes = append(p.Scopes, engine.Scope{
			Provider: "ks3", Bucket: "b" + strconv.Itoa(i), Status: engine.ScopeFailed, Err: errRefused,
			Notes: []string{"the server numbers pages oddly"},
		})
	}
	var out bytes.Buffer
	if err := PlanEnd(&out, p, Options{}); err != nil {
		t.Fatal(err)
	}
	got := out.String()
	if n := strings.Count(got, errRefused.Error()); n != 1 {
		t.Errorf("the cause is told %d times:\n%s", n, got)
	}
	for _, want := range []string{
		"Failed: bucket b0; bucket b1; bucket b2; bucket b3; bucket b4; bucket b5; and 3 more listings were not listed, so nothing in them is aborted: ",
		"\nNote: bucket b0; bucket b1; bucket b2; bucket b3; bucket b4; bucket b5; and 3 more listings: the server numbers pages oddly\n",
	} {
		if !strings.Contains(got, want) {
			t.Errorf("missing %q in\n%s", want, got)
		}
	}
}
