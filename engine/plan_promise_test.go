package engine

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"maps"
	"math"
	"runtime"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"pgregory.net/rapid"

	"offcut/rules"
)

func TestPromise1_AKeyOutsideWhatWasAskedForFailsTheScope(t *testing.T) {
	for name, c := range map[string]struct {
		change func(*rules.Upload)
		want   string
	}{
		"a key outside the prefix": {func(u *rules.Upload) { u.Key = "tmp/x" }, "outside the prefix"},
		"a longer shared start":    {func(u *rules.Upload) { u.Key = "rawdata" }, "outside the prefix"},
		"another bucket":           {func(u *rules.Upload) { u.Bucket = "prod" }, `bucket "prod"`},
		"no bucket":                {func(u *rules.Upload) { u.Bucket = "" }, `bucket ""`},
		"no id":                    {func(u *rules.Upload) { u.ID = "" }, "no id"},
	} {
		t.Run(name, func(t *testing.T) {
			s := newMemStore("media", "fine")
			s.pageSize = 2
			for i := range 6 {
				s.put("media", fmt.Sprintf("raw/%d", i), "1", 9*day)
			}
			s.put("fine", "raw/ok", "1", 9*day)
			s.onPage = func(bucket, _ string, n int, page *UploadPage) error {
				if bucket == "media" && n == 2 {
					c.change(&page.Uploads[1])
				}
				return nil
			}
			p := buildPlan(t, s, testConfig(testRule("a", "media", "raw/"), testRule("b", "fine", "raw/")), testOptions(t))
			wantPlanned(t, p, "fine/raw/ok 1")
			scope := scopeOf(t, p, "media", "raw/")
			if scope.Status != ScopeFailed || scope.Err == nil || !strings.Contains(scope.Err.Error(), c.want) {
				t.Errorf("scope is %s with %v, want failed with %q", scope.Status, scope.Err, c.want)
			}
		})
	}
}

func TestPromise1_AnEmptyKeyFailsTheScope(t *testing.T) {
	s := newMemStore("media")
	s.put("media", "", "1", 9*day)
	p := buildPlan(t, s, testConfig(testRule("a", "media", "")), testOptions(t))
	wantPlanned(t, p)
	if p.Scopes[0].Status != ScopeFailed {
		t.Errorf("scope is %s, want failed", p.Scopes[0].Status)
	}
}

func TestPromise1_OnlyTheStaleUploadOfAKeyIsPlanned(t *testing.T) {
	s := newMemStore("media")
	s.put("media", "raw/same", "b-stale", 9*day)
	s.put("media", "raw/same", "a-fresh", time.Hour)
	s.put("media", "raw/same", "c-fresh", time.Hour)
	s.put("media", "raw/../etc", "1", 9*day)
	s.put("media", "raw/./x", "1", 9*day)
	p := buildPlan(t, s, testConfig(testRule("a", "media", "raw/")), testOptions(t))
	wantPlanned(t, p, "media/raw/same b-stale")
	wantKept(t, p, map[rules.Reason]int64{rules.KeepYoung: 2, rules.KeepKeyUnproven: 2})
}

func TestPromise2_NoVerdictRestsOnAGuess(t *testing.T) {
	s := newMemStore("media")
	s.put("media", "stale", "1", 9*day, 9*day)
	unknown := map[string]struct {
		change func(*memUpload)
		want   rules.Reason
	}{
		"no start":      {func(u *memUpload) { u.Initiated = time.Time{} }, rules.KeepStartUnknown},
		"future start":  {func(u *memUpload) { u.Initiated = epoch.Add(time.Minute) }, rules.KeepStartInFuture},
		"key unproven":  {func(u *memUpload) { u.KeyUnproven = true }, rules.KeepKeyUnproven},
		"no part time":  {func(u *memUpload) { u.parts = append(u.parts, memPart{size: 1}) }, rules.KeepActivityUnknown},
		"foreign parts": {nil, rules.KeepKeyUnproven},
		"unreadable":    {nil, rules.KeepPartsUnreadable},
	}
	want := map[rules.Reason]int64{}
	for key, u := range unknown {
		ref := s.put("media", key, "1", 90*day, 90*day)
		if u.change != nil {
			s.edit(ref, u.change)
		}
		want[u.want]++
	}
	s.onParts = func(ref Ref, a *PartsAnswer) { a.Foreign = ref.Key == "foreign parts" }
	s.onListParts = func(ref Ref) error {
		if ref.Key == "unreadable" {
			return fmt.Errorf("list the parts: %w", ErrTemporary)
		}
		return nil
	}
	opts := testOptions(t)
	opts.RecordKept = true
	p := buildPlan(t, s, testConfig(testRule("a", "media", "")), opts)
	wantPlanned(t, p, "media/stale 1")
	wantKept(t, p, want)
	for k, err := range p.KeptItems() {
		if err != nil {
			t.Fatal(err)
		}
		if k.Reason != unknown[k.Upload.Key].want {
			t.Errorf("%s is kept as %s, want %s", k.Upload.Key, k.Reason, unknown[k.Upload.Key].want)
		}
	}
}

// Whatever a store holds, nothing is planned that is younger than older_than, or
// received a part within idle_for, or lies outside the rules.
func TestPromise2_NothingYoungOrActiveIsPlanned(t *testing.T) {
	dir := t.TempDir()
	rapid.Check(t, func(t *rapid.T) {
		s := newMemStore("media", "other")
		s.pageSize = rapid.IntRange(1, 5).Draw(t, "page size")
		hours := rapid.IntRange(-48, 20*24)
		for i := range rapid.IntRange(0, 30).Draw(t, "uploads") {
			ref := s.put(
				rapid.SampledFrom([]string{"media", "other"}).Draw(t, "bucket"),
				rapid.SampledFrom([]string{"raw/a", "raw/b", "raw", "tmp/a", "raw/keep/a"}).Draw(t, "key"),
				fmt.Sprint(i), time.Duration(hours.Draw(t, "age"))*time.Hour)
			for range rapid.IntRange(0, 2).Draw(t, "parts") {
				at := epoch.Add(-time.Duration(hours.Draw(t, "idle")) * time.Hour)
				s.edit(ref, func(u *memUpload) { u.parts = append(u.parts, memPart{size: 1, modified: at}) })
			}
		}
		opts := Options{Dir: dir, Parallelism: 3, Clock: func() time.Time { return epoch }}
		p, err := Build(context.Background(), Stores{"ks3": s}, testConfig(testRule("a", "media", "raw/")), opts)
		if err != nil {
			t.Fatal(err)
		}
		defer mustClose(t, p)
		var last *rules.Upload
		n := int64(0)
		for item, err := range p.Items() {
			if err != nil {
				t.Fatal(err)
			}
			u := &item.Upload
			held := s.uploads[Ref{u.Bucket, u.Key, u.ID}]
			if held == nil || u.Bucket != "media" || !strings.HasPrefix(u.Key, "raw/") {
				t.Fatalf("planned %+v, which is not the rule's", u)
			}
			for _, part := range held.parts {
				if epoch.Sub(part.modified) < day {
					t.Fatalf("planned %+v, which received a part at %v", u, part.modified)
				}
			}
			if epoch.Sub(held.Initiated) < 7*day {
				t.Fatalf("planned %+v, which is too young", u)
			}
			if last != nil && compareUploads(last, u) >= 0 {
				t.Fatalf("%+v comes after %+v", u, last)
			}
			last = u
			n++
		}
		sum := p.Abort.Uploads
		for _, kept := range p.Kept {
			sum += kept
		}
		if n != p.Abort.Uploads || sum != p.Listed {
			t.Fatalf("%d items; totals say %d to abort, %d in all of %d listed", n, p.Abort.Uploads, sum, p.Listed)
		}
	})
}

func TestPromise4_ALimitThatIsExceededStopsItsRule(t *testing.T) {
	s := newMemStore("media", "logs")
	for i := range 30 {
		s.put("media", fmt.Sprintf("raw/%02d", i), "1", 9*day, 9*day)
	}
	s.put("logs", "x", "1", 9*day)
	for name, c := range map[string]struct {
		change func(*rules.Limits)
		want   string // empty: not stopped
	}{
		"max_uploads exceeded": {func(l *rules.Limits) { l.MaxUploads = 29 }, "30 uploads to abort exceed max_uploads = 29: raise limits.max_uploads if this is expected"},
		"max_uploads reached":  {func(l *rules.Limits) { l.MaxUploads = 30 }, ""},
		"max_uploads of none":  {func(l *rules.Limits) { l.MaxUploads = 0 }, "max_uploads = 0"},
		"max_bytes exceeded":   {func(l *rules.Limits) { l.MaxBytes = 30<<20 - 1 }, "31,457,280 bytes to abort (30.0 MiB) exceed max_bytes = 31457279"},
		"max_bytes reached":    {func(l *rules.Limits) { l.MaxBytes = 30 << 20 }, ""},
		"max_percent exceeded": {func(l *rules.Limits) { l.MaxPercent = 99.5 }, "30 of the 30 uploads listed are to be aborted, 100%, which exceeds max_percent = 99.5"},
		"max_percent reached":  {func(l *rules.Limits) { l.MaxPercent = 100 }, ""},
		"two at once":          {func(l *rules.Limits) { l.MaxUploads, l.MaxBytes = 1, 1 }, "; 31,457,280 bytes"},
	} {
		t.Run(name, func(t *testing.T) {
			limited, free := testRule("limited", "media", "raw/"), testRule("free", "logs", "")
			c.change(&limited.Limits)
			p := buildPlan(t, s, testConfig(limited, free), testOptions(t))
			total := p.Rules[1]
			if total.Address != "rule.limited" || total.Abort.Uploads != 30 {
				t.Fatalf("rule total %+v: want all 30, stopped or not", total)
			}
			if c.want == "" {
				if total.Stopped != "" || p.Abort.Uploads != 31 || !p.Whole() {
					t.Errorf("stopped: %q, %d to abort", total.Stopped, p.Abort.Uploads)
				}
				return
			}
			if !strings.Contains(total.Stopped, c.want) {
				t.Errorf("stopped: %q, want %q", total.Stopped, c.want)
			}
			// All or nothing: a plan is never trimmed to fit.
			wantPlanned(t, p, "logs/x 1")
			if p.Abort.Uploads != 1 || len(p.ByBucket) != 1 || p.ByBucket[0].Uploads != 1 || p.Whole() {
				t.Errorf("totals hold what is stopped: %+v, %+v", p.Abort, p.ByBucket)
			}
		})
	}
}

func TestGuardRunLimit_StopsEveryRule(t *testing.T) {
	s := newMemStore("media", "logs", "spare")
	for i := range 30 {
		s.put("media", fmt.Sprintf("raw/%02d", i), "1", 9*day, 9*day)
	}
	s.put("logs", "x", "1", 9*day)
	for name, c := range map[string]struct {
		run  rules.RunLimits
		own  int64  // max_uploads of the larger rule
		want string // empty: not stopped
	}{
		"none":             {rules.RunLimits{}, 1000, ""},
		"reached":          {rules.RunLimits{MaxUploads: 31, MaxBytes: 30 << 20}, 1000, ""},
		"uploads exceeded": {rules.RunLimits{MaxUploads: 30}, 1000, "31 uploads to abort by all rules together exceed max_uploads = 30 of the offcut block: raise its limits.max_uploads if this is expected, or plan fewer rules at once with -target"},
		"bytes exceeded":   {rules.RunLimits{MaxBytes: 30<<20 - 1}, 1000, "31,457,280 bytes to abort (30.0 MiB) by all rules together exceed max_bytes = 31457279"},
		"both exceeded":    {rules.RunLimits{MaxUploads: 1, MaxBytes: 1}, 1000, "; 31,457,280 bytes"},
		"what a rule's own limit stopped does not count": {rules.RunLimits{MaxUploads: 1}, 5, ""},
	} {
		t.Run(name, func(t *testing.T) {
			large, small := testRule("large", "media", "raw/"), testRule("small", "logs", "")
			large.Limits.MaxUploads = c.own
			cfg := testConfig(large, small, testRule("without", "spare", ""))
			cfg.Limits = c.run
			p := buildPlan(t, s, cfg, testOptions(t))
			if c.want == "" {
				if p.Rules[1].Stopped != "" || p.Abort.Uploads == 0 {
					t.Errorf("stopped: %q, %d to abort", p.Rules[1].Stopped, p.Abort.Uploads)
				}
				return
			}
			for _, r := range p.Rules {
				if !strings.Contains(r.Stopped, c.want) {
					t.Errorf("%s is stopped by %q, want %q", r.Address, r.Stopped, c.want)
				}
			}
			if p.Rules[0].Abort.Uploads != 30 {
				t.Errorf("%+v: what a rule would abort is told all the same", p.Rules[0].Abort)
			}
			wantPlanned(t, p)
			if p.Abort != (Totals{}) || len(p.ByBucket) != 0 || len(p.ByOwner) != 0 || p.Whole() {
				t.Errorf("totals hold what is stopped: %+v, %+v", p.Abort, p.ByBucket)
			}
		})
	}
}

// No number of bytes is too large to exceed a limit.
func TestPromise4_MoreBytesThanCanBeCountedExceedEveryLimit(t *testing.T) {
	for name, bytes := range map[string]int64{"two of the largest": math.MaxInt64, "a sum that wrapped around": -2} {
		t.Run(name, func(t *testing.T) {
			s := newMemStore("media")
			s.put("media", "raw/a", "1", 9*day, 9*day)
			s.put("media", "raw/b", "1", 9*day, 9*day)
			s.onParts = func(_ Ref, a *PartsAnswer) { a.Bytes = bytes }
			rule := testRule("limited", "media", "raw/")
			rule.Limits.MaxBytes = math.MaxInt64
			p := buildPlan(t, s, testConfig(rule), testOptions(t))
			if !strings.Contains(p.Rules[0].Stopped, "exceed max_bytes") || p.Abort.Uploads != 0 {
				t.Errorf("stopped: %q, %+v to abort", p.Rules[0].Stopped, p.Abort)
			}
		})
	}
}

// Where uploads may have been counted twice, their share is not known.
func TestPromise4_MaxPercentNeedsListingsThatCountOnce(t *testing.T) {
	tests := map[string]struct {
		percent float64
		onPage  func(p *UploadPage)
		stopped bool
	}{
		"in order":               {100, func(*UploadPage) {}, false},
		"stale uploads twice":    {100, func(p *UploadPage) { p.Uploads = append(p.Uploads, p.Uploads[len(p.Uploads)-1]) }, true},
		"out of order":           {100, func(p *UploadPage) { slices.Reverse(p.Uploads) }, true},
		"out of order, no limit": {0, func(p *UploadPage) { slices.Reverse(p.Uploads) }, false},
		"pages in the wrong order": {100, func(p *UploadPage) {
			for i := range p.Uploads {
				p.Uploads[i].Key = strings.Map(func(r rune) rune { return map[rune]rune{'a': 'b', 'b': 'a'}[r] }, p.Uploads[i].Key)
			}
		}, true},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			s := newMemStore("media", "other")
			s.pageSize = 2
			for _, key := range []string{"a", "aa", "b", "bb"} {
				s.put("media", key, "1", 9*day, 9*day)
			}
			s.put("other", "x", "1", 9*day, 9*day)
			s.onPage = func(bucket, _ string, _ int, p *UploadPage) error {
				if bucket == "media" {
					tt.onPage(p)
				}
				return nil
			}
			rule, other := testRule("a", "media", ""), testRule("b", "other", "")
			rule.Limits.MaxPercent, other.Limits.MaxPercent = tt.percent, 100
			p := buildPlan(t, s, testConfig(rule, other), testOptions(t))
			if got := p.Rules[0].Stopped; (got != "") != tt.stopped || tt.stopped && !strings.Contains(got, "max_percent = 100 cannot be judged") {
				t.Errorf("stopped: %q", got)
			}
			if got := p.Rules[1].Stopped; got != "" {
				t.Errorf("the other rule is stopped: %q", got)
			}
		})
	}
}

func TestPromise4_MaxPercentIsNotLookedAtBelowTwentyUploads(t *testing.T) {
	for listed, stops := range map[int]bool{19: false, 20: true} {
		s := newMemStore("media")
		for i := range listed {
			s.put("media", fmt.Sprint(i), "1", 9*day)
		}
		rule := testRule("a", "media", "")
		rule.Limits.MaxPercent = 50
		p := buildPlan(t, s, testConfig(rule), testOptions(t))
		if got := p.Rules[0].Stopped != ""; got != stops {
			t.Errorf("%d uploads listed: stopped is %v (%q)", listed, got, p.Rules[0].Stopped)
		}
	}
}

func TestPromise5_NothingOfAnUnfinishedScopeIsPlanned(t *testing.T) {
	s := newMemStore("denied", "fine", "half")
	s.pageSize = 2
	for _, bucket := range []string{"denied", "fine", "half"} {
		for i := range 5 {
			s.put(bucket, fmt.Sprintf("raw/%d", i), "1", 9*day, 9*day)
		}
		s.put(bucket, "raw/!young", "1", time.Hour) // comes first
	}
	s.onPage = func(bucket, _ string, n int, _ *UploadPage) error {
		switch {
		case bucket == "denied":
			return fmt.Errorf("403: %w", ErrAccessDenied)
		case bucket == "half" && n == 3:
			return fmt.Errorf("503: %w", ErrTemporary)
		}
		return nil
	}
	all := testRule("all", "fine", "raw/")
	all.Scan.Buckets = []string{"denied", "fine", "half"}
	opts := testOptions(t)
	opts.RecordKept = true
	p := buildPlan(t, s, testConfig(all), opts)

	wantPlanned(t, p, "fine/raw/0 1", "fine/raw/1 1", "fine/raw/2 1", "fine/raw/3 1", "fine/raw/4 1")
	wantKept(t, p, map[rules.Reason]int64{rules.KeepYoung: 1})
	for k, err := range p.KeptItems() {
		if err != nil || k.Upload.Bucket != "fine" {
			t.Errorf("kept item %+v, %v", k, err)
		}
	}
	if got := scopeOf(t, p, "denied", "raw/"); got.Status != ScopeFailed || !errors.Is(got.Err, ErrAccessDenied) {
		t.Errorf("denied is %s with %v", got.Status, got.Err)
	}
	if got := scopeOf(t, p, "half", "raw/"); got.Status != ScopePartial || !errors.Is(got.Err, ErrTemporary) || got.Listed != 4 || got.Pages != 2 {
		t.Errorf("half is %s with %v, %d listed on %d pages", got.Status, got.Err, got.Listed, got.Pages)
	}
	if got := scopeOf(t, p, "fine", "raw/"); got.Status != ScopeComplete || got.Err != nil {
		t.Errorf("fine is %s with %v", got.Status, got.Err)
	}
	if p.Whole() || p.Listed != 10 || p.Rules[0].Listed != 6 || p.Rules[0].Abort.Uploads != 5 || p.Abort.Uploads != 5 {
		t.Errorf("whole %v, listed %d, rule %+v", p.Whole(), p.Listed, p.Rules[0])
	}
}

func TestPromise5_MaxPercentNeedsWholeScopes(t *testing.T) {
	s := newMemStore("broken", "fine")
	s.put("fine", "a", "1", 9*day)
	s.onPage = func(bucket, _ string, _ int, _ *UploadPage) error {
		if bucket == "broken" {
			return ErrTemporary
		}
		return nil
	}
	share, plain := testRule("share", "fine", ""), testRule("plain", "fine", "")
	share.Scan.Buckets = []string{"broken", "fine"}
	share.Limits.MaxPercent, plain.Limits.MaxPercent = 100, 100
	plain.Scan.Prefixes = []string{"a"}
	p := buildPlan(t, s, testConfig(share, plain), testOptions(t))
	if got := p.Rules[1].Stopped; !strings.Contains(got, "max_percent = 100 cannot be judged while bucket broken is not listed to the end") {
		t.Errorf("rule.share is stopped by %q", got)
	}
	if p.Rules[0].Stopped != "" {
		t.Errorf("rule.plain is stopped by %q", p.Rules[0].Stopped)
	}
	wantPlanned(t, p, "fine/a 1") // by rule.plain, which has the longer prefix
}

func TestPromise5_AListingWithoutAnyAnswerIsNotWhole(t *testing.T) {
	s := silentStore{newMemStore("media")}
	p := buildPlan(t, s, testConfig(testRule("a", "media", "")), testOptions(t))
	if p.Scopes[0].Status != ScopeFailed || p.Scopes[0].Err == nil {
		t.Errorf("scope is %s with %v", p.Scopes[0].Status, p.Scopes[0].Err)
	}
}

type silentStore struct{ *memStore }

func (silentStore) ListUploads(context.Context, string, string) iter.Seq2[UploadPage, error] {
	return func(func(UploadPage, error) bool) {}
}

// An endlessStore makes up its listing page by page, so that the store itself
// needs no memory. Every fourth upload is stale.
type endlessStore struct {
	*memStore
	pages int
	seen  func()
}

func (s *endlessStore) ListUploads(_ context.Context, bucket, _ string) iter.Seq2[UploadPage, error] {
	return func(yield func(UploadPage, error) bool) {
		for n := range s.pages {
			page := UploadPage{Date: epoch, Uploads: make([]rules.Upload, 1000)}
			for i := range page.Uploads {
				age := time.Hour
				if i%4 == 0 {
					age = 9 * day
				}
				// One long string for each, so that a page that is held on to is seen.
				text := fmt.Sprintf("raw/%08d/%0300d%032d", n*1000+i, 0, i)
				page.Uploads[i] = rules.Upload{Bucket: bucket, Key: text[:20], ID: text[len(text)-32:], Initiated: epoch.Add(-age)}
			}
			if !yield(page, nil) {
				return
			}
			if n%20 == 0 {
				s.seen()
			}
		}
	}
}

func (s *endlessStore) ListParts(context.Context, Ref) (PartsAnswer, error) {
	return PartsAnswer{Parts: rules.Parts{Count: 1, Bytes: 1, Newest: epoch.Add(-9 * day), Fingerprint: strings.Repeat("f", 32)}}, nil
}

// peakOfPlan is the largest live heap while a plan is made and read.
func peakOfPlan(t *testing.T, pages int) (peak uint64) {
	look := func() {
		var m runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&m)
		peak = max(peak, m.HeapAlloc)
	}
	s := &endlessStore{memStore: newMemStore("media"), pages: pages, seen: look}
	rule := testRule("a", "media", "raw/")
	rule.Limits.MaxUploads = 1 << 40
	opts := testOptions(t)
	opts.RecordKept = true
	p := buildPlan(t, s, testConfig(rule), opts)
	n := 0
	for _, err := range p.Items() {
		if err != nil {
			t.Fatal(err)
		}
		if n++; n%20_000 == 0 {
			look()
		}
	}
	if n != pages*250 || p.Listed != int64(pages)*1000 {
		t.Fatalf("%d planned of %d listed", n, p.Listed)
	}
	return peak
}

func TestPromise11_MemoryDoesNotGrowWithTheNumberOfUploads(t *testing.T) {
	if testing.Short() {
		t.Skip("plans a million uploads")
	}
	small, large := peakOfPlan(t, 100), peakOfPlan(t, 1000)
	t.Logf("live heap: %d bytes at 100,000 uploads, %d at 1,000,000: %.2f times", small, large, float64(large)/float64(small))
	if float64(large) > 1.2*float64(small) {
		t.Errorf("ten times the uploads take %.2f times the memory (%d and %d bytes)", float64(large)/float64(small), small, large)
	}
}

// BenchmarkBuild plans 100,000 made-up uploads, a quarter of them stale.
func BenchmarkBuild(b *testing.B) {
	rule := testRule("a", "media", "raw/")
	rule.Limits.MaxUploads = 1 << 40
	cfg, opts := testConfig(rule), testOptions(b)
	s := &endlessStore{memStore: newMemStore("media"), pages: 100, seen: func() {}}
	b.ReportAllocs()
	for b.Loop() {
		p, err := Build(b.Context(), Stores{"ks3": s}, cfg, opts)
		if err != nil {
			b.Fatal(err)
		}
		if err := p.Close(); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/100_000, "ns/upload")
}

func TestPromise13_APlanOnlyReads(t *testing.T) {
	s := newMemStore("media")
	for i := range 20 {
		s.put("media", fmt.Sprint(i), "1", 9*day)
	}
	buildPlan(t, s, testConfig(testRule("a", "media", "")), testOptions(t))
	actions := map[string]int{}
	for _, call := range s.log() {
		actions[call.action]++
	}
	if want := map[string]int{"ListBuckets": 1, "ListUploads": 1, "ListParts": 20}; !maps.Equal(actions, want) {
		t.Errorf("a plan sent %v, want %v", actions, want)
	}
	if len(s.refs()) != 20 {
		t.Errorf("%d uploads are left of 20", len(s.refs()))
	}
}

func TestPromise14_BlindIsNotClean(t *testing.T) {
	forgiving := func(r rules.Rule) rules.Rule { r.Scan.AllowEmpty = true; return r }
	strict, lenient := testRule("strict", "typo", "raw/"), forgiving(testRule("lenient", "typo", "raw/"))
	refused := func() error { return fmt.Errorf("list buckets: %w: ks3:ListBuckets is missing", ErrAccessDenied) }
	broken := func() error { return fmt.Errorf("list buckets: %w", ErrTemporary) }
	for name, c := range map[string]struct {
		rules       []rules.Rule
		listBuckets func() error
		listUploads error
		status      ScopeStatus
		err         string
		note        string
	}{
		"bucket not on the list":              {rules: []rules.Rule{strict}, status: ScopeFailed, err: "not on the account's bucket list (which has media)"},
		"allowed":                             {rules: []rules.Rule{lenient}, status: ScopeAbsent},
		"allowed by one of two":               {rules: []rules.Rule{lenient, strict}, status: ScopeFailed, err: "rule.lenient and rule.strict, or ask"},
		"list refused, then no such bucket":   {rules: []rules.Rule{strict}, listBuckets: refused, status: ScopeFailed, err: ErrNoSuchBucket.Error(), note: "the bucket list was refused"},
		"list refused, absent and allowed":    {rules: []rules.Rule{lenient}, listBuckets: refused, status: ScopeAbsent, note: "ks3:ListBuckets is missing"},
		"refused listing is not absence":      {rules: []rules.Rule{lenient}, listBuckets: refused, listUploads: ErrAccessDenied, status: ScopeFailed, err: "access denied", note: "refused"},
		"list broken: nothing is known":       {rules: []rules.Rule{lenient}, listBuckets: broken, status: ScopeFailed, err: "ks3: list buckets: temporary failure"},
		"list refused, but the bucket exists": {rules: []rules.Rule{testRule("a", "media", "")}, listBuckets: refused, status: ScopeComplete, note: "creation dates"},
	} {
		t.Run(name, func(t *testing.T) {
			s := newMemStore("media")
			s.onListBuckets = c.listBuckets
			s.onListUploads = func(string, string) error { return c.listUploads }
			p := buildPlan(t, s, testConfig(c.rules...), testOptions(t))
			got := p.Scopes[0]
			if got.Status != c.status {
				t.Errorf("scope is %s with %v, want %s", got.Status, got.Err, c.status)
			}
			if (got.Err == nil) != (c.err == "") || c.err != "" && !strings.Contains(got.Err.Error(), c.err) {
				t.Errorf("scope's error is %v, want %q", got.Err, c.err)
			}
			if notes := strings.Join(p.Providers[0].Notes, "\n"); (notes == "") != (c.note == "") || !strings.Contains(notes, c.note) {
				t.Errorf("provider's notes are %q, want %q", notes, c.note)
			}
			if whole := c.status != ScopeFailed; p.Whole() != whole {
				t.Errorf("whole is %v", p.Whole())
			}
			if n := s.called("ListBuckets"); n != 1 {
				t.Errorf("the bucket list was asked for %d times", n)
			}
		})
	}
}

func TestPromise14_PartsThatCannotBeReadMakeAPlanNotWhole(t *testing.T) {
	tests := map[string]struct {
		err    error
		answer func(*PartsAnswer)
		unread int64
		note   string
	}{
		"refused":             {err: ErrAccessDenied, unread: 3, note: "access denied"},
		"expired credentials": {err: errors.New("403 ExpiredToken"), unread: 3, note: "403 ExpiredToken"},
		"failing":             {err: ErrTemporary, unread: 3, note: "temporary failure"},
		"for another upload":  {answer: func(a *PartsAnswer) { a.Foreign = true }, unread: 3, note: "another bucket, key or upload id"},
		"not to their end":    {answer: func(a *PartsAnswer) { a.Unreadable = true }, unread: 3, note: "not whole"},
		"ended meanwhile":     {err: ErrNoSuchUpload, note: "lists 3 uploads that it answers NoSuchUpload for"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := newWorld(t)
				w.several(3)
				w.store.put("media", "raw/young", "u", time.Hour)
				w.store.onListParts = func(Ref) error { return tt.err }
				w.store.onParts = func(_ Ref, a *PartsAnswer) {
					if tt.answer != nil {
						tt.answer(a)
					}
				}
				p := w.plan()
				if p.Unread != tt.unread || p.Scopes[0].Unread != tt.unread || p.Whole() != (tt.unread == 0) {
					t.Errorf("%d unread, %d in the scope, whole %t", p.Unread, p.Scopes[0].Unread, p.Whole())
				}
				wantPlanned(t, p)
				told := strings.Join(p.Scopes[0].Notes, "\n")
				if tt.unread > 0 {
					told = fmt.Sprint(p.Scopes[0].UnreadBy)
				}
				if !strings.Contains(told, tt.note) {
					t.Errorf("told %q, want %q", told, tt.note)
				}
			})
		})
	}
}

func TestPromise14_AnUnknownTargetIsAnError(t *testing.T) {
	cfg := testConfig(testRule("media", "m", ""), testRule("logs", "l", ""))
	for _, c := range []struct {
		targets, excludes []string
		want              []string
		err               string
	}{
		{want: []string{"rule.logs", "rule.media"}},
		{targets: []string{"rule.media"}, want: []string{"rule.media"}},
		{targets: []string{"rule.media", "rule.media"}, want: []string{"rule.media"}},
		{excludes: []string{"rule.media"}, want: []string{"rule.logs"}},
		{targets: []string{"media"}, err: `-target "media" is not an address: did you mean rule.media?`},
		{targets: []string{"rule.medai"}, err: `-target "rule.medai": there is no such rule; there are rule.logs, rule.media`},
		{excludes: []string{"rule.medai"}, err: `-exclude "rule.medai"`},
		{targets: []string{"rule.x"}, excludes: []string{"rule.y"}, err: `-exclude "rule.y"`},
		{targets: []string{""}, err: `-target "": there is no such rule`},
		{targets: []string{"rule.media"}, excludes: []string{"rule.media"}, err: "no rule is left to act"},
	} {
		got, err := SelectRules(cfg, c.targets, c.excludes)
		if !slices.Equal(got, c.want) || (err == nil) != (c.err == "") || c.err != "" && !strings.Contains(err.Error(), c.err) {
			t.Errorf("-target %q -exclude %q: %q, %v; want %q, %q", c.targets, c.excludes, got, err, c.want, c.err)
		}
	}
	if _, err := SelectRules(testConfig(), nil, nil); err == nil {
		t.Error("a configuration without rules was accepted")
	}
}
