package ledger

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"offcut/engine"
	"offcut/rules"
)

// A past is what a test put into a ledger.
type past struct {
	runs    []engine.Run // as begun
	entries []Entry      // Number, Run, Rule, Outcome and Money; in the chain's order
	open    map[string]int64
}

var allResults = []engine.Result{engine.Aborted, engine.Aborted, engine.Aborted, engine.Gone, engine.BecameActive, engine.Failed, engine.NotVerified, engine.NotAttempted}

// variedItems are items of several buckets, rules and providers, in plan order.
func variedItems(n, shift int) []engine.Item {
	list := make([]engine.Item, n)
	for i := range list {
		item := anItem(i)
		u := &item.Upload
		switch i % 5 {
		case 1:
			u.Bucket, item.Rule = "media", "rule.tmp"
		case 2:
			u.Bucket, u.StorageClass = "media-archive", "ARCHIVE"
		case 3:
			u.Provider, u.Bucket, u.Owner, u.Initiator = "s3.minio", "media", "", "arn:x"
		case 4:
			u.Key = fmt.Sprintf("tmp/\xff\x00%d\u202e.bin", (i+shift)%17)
			item.Rule, item.Reason = "rule.tmp", "over-lifetime"
			item.Parts.Count, item.Parts.Bytes, item.Parts.Newest, item.Parts.Fingerprint = 0, 0, time.Time{}, ""
			item.Idle = item.Age
		}
		list[i] = item
	}
	slices.SortFunc(list, func(a, b engine.Item) int { return planOrder(&a.Upload, &b.Upload) })
	return list
}

// fill applies runs, one of which is settled after the next ones and one of which stays
// open, two days and some hours from one to the next.
func fill(t testing.TB, l *Ledger, runs, each int) *past {
	t.Helper()
	p := &past{open: map[string]int64{}}
	var late engine.RunLog
	for k := range runs {
		run := aRun(fmt.Sprintf("%x0run%d", k%3, k))
		run.Started = epoch.Add(time.Duration(k) * 29 * time.Hour)
		run.Rules[1].Line += k / 4 // the file was edited
		list := variedItems(each, k)
		log := begin(t, l, run, list)
		p.runs = append(p.runs, run)
		half := len(list)
		if k == 1 || k == runs-1 {
			half /= 2
		}
		p.conclude(log, run, list, 0, half)
		switch k {
		case 1:
			late = log
		case runs - 1:
			p.open[run.ID] = int64(each - half)
			continue
		case runs - 2:
			p.conclude(late, p.runs[1], variedItems(each, 1), each/2, each)
			finish(t, late, engine.RunEnd{Finished: run.Started.Add(time.Hour), SettledBy: run.ID})
		}
		if k != 1 {
			finish(t, log, engine.RunEnd{Finished: run.Started.Add(time.Hour)})
		}
	}
	return p
}

func (p *past) conclude(log engine.RunLog, run engine.Run, list []engine.Item, from, to int) {
	for i := from; i < to; i++ {
		item := list[i]
		if i%50 == 0 {
			_ = log.Intend(item.Upload.Provider, int64(i)) // one at least, so that the writer runs
		}
		o := anOutcome(i, item, allResults[(i*7+len(run.ID))%len(allResults)])
		o.At = run.Started.Add(time.Duration(i*i%1000) * time.Minute)
		log.Conclude(o)
		e := Entry{Number: int64(len(p.entries) + 1), Run: run.ID, Actor: run.Origin.Actor, Outcome: *o}
		e.Rule = run.Rules[0]
		if item.Rule == "rule.tmp" {
			e.Rule = run.Rules[1]
		}
		if o.Result == engine.Aborted {
			kind := map[string]string{"ks3": "ks3", "s3.minio": "s3"}[item.Upload.Provider]
			e.Money.Add(rules.DefaultPrices(kind), item.Upload.StorageClass, item.Parts.Bytes)
		}
		p.entries = append(p.entries, e)
	}
	r := log.(*runLog)
	r.mu.Lock()
	r.wake(true)
	for len(r.outcomes) > 0 { // another log must not come in between
		r.mu.Unlock()
		time.Sleep(time.Millisecond)
		r.mu.Lock()
	}
	r.mu.Unlock()
	_ = r.l.transact(context.Background(), func(*transaction) error { return nil }) // after the one in hand
}

func (f *Filter) chooses(e *Entry) bool {
	u := &e.Item.Upload
	return (f.Since.IsZero() || !e.At.Before(f.Since)) && (f.Until.IsZero() || e.At.Before(f.Until)) &&
		strings.HasPrefix(e.Run, f.Run) && (f.Rule == "" || f.Rule == e.Rule.Address) &&
		(f.Provider == "" || f.Provider == u.Provider) && (f.Bucket == "" || f.Bucket == u.Bucket) &&
		(f.KeyGlob == "" || matches(f.KeyGlob, u.Key)) && (f.Key == "" || f.Key == u.Key || f.KeyPrefix && strings.HasPrefix(u.Key, f.Key)) &&
		(f.UploadID == "" || f.UploadID == u.ID) && (len(f.Results) == 0 || slices.Contains(f.Results, e.Result))
}

func matches(pattern, key string) bool {
	glob, err := rules.ParseGlob(pattern)
	return err == nil && glob.Match(key)
}

func drawFilter(t *rapid.T, p *past) Filter {
	one := rapid.SampledFrom(p.entries).Draw(t, "like")
	var f Filter
	maybe := func(name string) bool { return rapid.IntRange(0, 3).Draw(t, name) == 0 }
	if maybe("since") {
		f.Since = one.At.Add(-time.Duration(rapid.IntRange(0, 3000).Draw(t, "before")) * time.Minute)
	}
	if maybe("until") {
		f.Until = one.At.Add(time.Duration(rapid.IntRange(0, 3000).Draw(t, "after")) * time.Minute)
	}
	if maybe("run") {
		f.Run = one.Run[:rapid.IntRange(1, len(one.Run)).Draw(t, "run letters")]
	}
	if maybe("rule") {
		f.Rule = one.Rule.Address
	}
	if maybe("provider") {
		f.Provider = one.Item.Upload.Provider
	}
	if maybe("bucket") {
		f.Bucket = one.Item.Upload.Bucket
	}
	if maybe("key") {
		f.Key, f.KeyPrefix = one.Item.Upload.Key, rapid.Bool().Draw(t, "prefix")
		if f.KeyPrefix {
			f.Key = f.Key[:rapid.IntRange(1, len(f.Key)).Draw(t, "key letters")]
		}
	}
	if f.Key == "" && maybe("glob") {
		f.KeyGlob = rapid.SampledFrom([]string{"raw/*/*1*", "**/*2", "tmp/??1*", "*", "**", "raw/**/0*", "tmp/*.bin", "nothing/*"}).Draw(t, "pattern")
		glob, err := rules.ParseGlob(f.KeyGlob)
		if err != nil {
			t.Fatal(err)
		}
		f.Key, f.KeyPrefix = glob.Prefix(), true
	}
	if maybe("upload") {
		f.UploadID = one.Item.Upload.ID
	}
	if maybe("results") {
		f.Results = rapid.SliceOfNDistinct(rapid.SampledFrom(engine.Results), 1, 3, rapid.ID).Draw(t, "which")
	}
	if maybe("limit") {
		f.Limit = rapid.IntRange(1, 40).Draw(t, "rows")
	}
	return f
}

func all[T any](t rapid.TB, seq func(func(T, error) bool)) []T {
	t.Helper()
	var list []T
	seq(func(v T, err error) bool {
		if err != nil {
			t.Fatal(err)
		}
		list = append(list, v)
		return true
	})
	return list
}

func TestQueriesAnswerLikeAPlainSearch(t *testing.T) {
	l := openHere(t, t.TempDir())
	p := fill(t, l, 7, 120)
	rapid.Check(t, func(t *rapid.T) {
		f := drawFilter(t, p)
		var want []Entry
		for i := len(p.entries) - 1; i >= 0; i-- {
			if f.chooses(&p.entries[i]) {
				want = append(want, p.entries[i])
			}
		}
		p.checkSums(t, l, f, want)
		p.checkRuns(t, l, f, want)
		if f.Limit > 0 && len(want) > f.Limit {
			want = want[:f.Limit]
		}
		got := all(t, l.Outcomes(t.Context(), f))
		for i := range got {
			got[i].Hash = ""
			got[i].Money.Monthly = round(got[i].Money.Monthly)
		}
		for i := range want {
			want[i].Money.Monthly = round(want[i].Money.Monthly)
		}
		if !slices.Equal(got, want) {
			t.Fatalf("%+v: %d outcomes, want %d\n%+v\n%+v", f, len(got), len(want), first(got), first(want))
		}
	})
}

func first[T any](list []T) []T { return list[:min(len(list), 2)] }

// round takes away what the order of a sum changes.
func round(f float64) float64 { return math.Round(f*1e9+0.1) / 1e9 }

// sumsOf sums entries as the ledger should.
func sumsOf(entries []Entry) map[engine.Result]engine.Totals {
	sums := map[engine.Result]engine.Totals{}
	for _, e := range entries {
		sum := sums[e.Result]
		sum.Add(rules.DefaultPrices(map[string]string{"ks3": "ks3", "s3.minio": "s3"}[e.Item.Upload.Provider]), &e.Item)
		sums[e.Result] = sum
	}
	return rounded(sums)
}

func rounded(sums map[engine.Result]engine.Totals) map[engine.Result]engine.Totals {
	for r, sum := range sums {
		sum.Cost.Monthly = round(sum.Cost.Monthly)
		sums[r] = sum
	}
	return sums
}

func (p *past) checkSums(t *rapid.T, l *Ledger, f Filter, chosen []Entry) {
	sums, err := l.Sums(t.Context(), f)
	if err != nil {
		t.Fatal(err)
	}
	if got, want := fmt.Sprint(rounded(sums)), fmt.Sprint(sumsOf(chosen)); got != want {
		t.Fatalf("%+v: sums\n%s\nwant\n%s", f, got, want)
	}
	if f.byKey() {
		return
	}
	days, err := l.Days(t.Context(), f)
	if err != nil {
		t.Fatal(err)
	}
	byDay := map[time.Time][]Entry{}
	for _, e := range chosen {
		day := e.At.Truncate(24 * time.Hour)
		byDay[day] = append(byDay[day], e)
	}
	var want []DayTotal
	for day, entries := range byDay {
		want = append(want, DayTotal{day, sumsOf(entries)})
	}
	slices.SortFunc(want, func(a, b DayTotal) int { return cmp.Compare(b.Day.Unix(), a.Day.Unix()) })
	if f.Limit > 0 && len(want) > f.Limit {
		want = want[:f.Limit]
	}
	for i := range days {
		rounded(days[i].Results)
	}
	if got, want := fmt.Sprint(days), fmt.Sprint(want); len(days) != 0 && got != want {
		t.Fatalf("%+v: days\n%s\nwant\n%s", f, got, want)
	}
}

func (p *past) checkRuns(t *rapid.T, l *Ledger, f Filter, chosen []Entry) {
	var want []string
	for i := len(p.runs) - 1; i >= 0; i-- {
		id := p.runs[i].ID
		if _, open := p.open[id]; strings.HasPrefix(id, f.Run) && open || slices.ContainsFunc(chosen, func(e Entry) bool { return e.Run == id }) {
			want = append(want, id)
		}
	}
	if f.Limit > 0 && len(want) > f.Limit {
		want = want[:f.Limit]
	}
	var got []string
	for _, r := range all(t, l.Runs(t.Context(), f)) {
		got = append(got, r.ID)
		if r.Open != p.open[r.ID] || r.Settled != (r.Open == 0) {
			t.Fatalf("run %s: %d open, settled %v, want %d open", r.ID, r.Open, r.Settled, p.open[r.ID])
		}
		var entries []Entry
		for _, e := range p.entries {
			if e.Run == r.ID {
				entries = append(entries, e)
			}
		}
		if got, want := fmt.Sprint(rounded(r.Results)), fmt.Sprint(sumsOf(entries)); got != want {
			t.Fatalf("run %s: results\n%s\nwant\n%s", r.ID, got, want)
		}
	}
	if !slices.Equal(got, want) {
		t.Fatalf("%+v: runs %v, want %v", f, got, want)
	}
}

func TestHashOfARow(t *testing.T) {
	l := openHere(t, t.TempDir())
	apply(t, l, aRun("run-1"), items(3), nil)
	for e, err := range l.Outcomes(t.Context(), Filter{}) {
		if err != nil {
			t.Fatal(err)
		}
		if hash, err := l.Hash(t.Context(), e.Number); err != nil || hash != e.Hash || len(hash) != 64 {
			t.Errorf("row %d: %q, %v, want %q", e.Number, hash, err, e.Hash)
		}
	}
	if hash, err := l.Hash(t.Context(), 4); err != nil || hash != "" {
		t.Errorf("a row that is not there: %q, %v", hash, err)
	}
}
