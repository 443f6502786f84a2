package ledger

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"offcut/engine"
	"offcut/rules"
)

var (
	largeRows = flag.Int("ledger.large", 0, "build a ledger with about so many outcomes and time its queries")
	largeDir  = flag.String("ledger.dir", "", "keep the large ledger in this directory, or use the one that is there")
)

const (
	largeRuns    = 200
	largeApplied = 10 // of them; the others are copies within the ledger, with hashes that hold nothing
	largeBuckets = 10
)

// TestQueriesOfALargeLedger times queries: each is to answer within a second, where it has some
// rows to show.
func TestQueriesOfALargeLedger(t *testing.T) {
	if *largeRows == 0 {
		t.Skip("takes minutes: -ledger.large=10000000")
	}
	dir := *largeDir
	if dir == "" {
		dir = t.TempDir()
	}
	if _, err := os.Stat(filepath.Join(dir, FileName)); err != nil {
		buildLarge(t, dir, *largeRows/largeRuns)
	}
	begun := time.Now()
	l, err := OpenReadOnly(t.Context(), dir)
	if err != nil {
		t.Fatal(err)
	}
	defer closeNow(t, l)
	t.Logf("%-60s %8.1f ms", "open", float64(time.Since(begun).Microseconds())/1e3)
	info, err := os.Stat(l.path)
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%d MiB, %d bytes an outcome", info.Size()>>20, info.Size()/int64(*largeRows))
	for _, q := range largeQueries(*largeRows / largeRuns) {
		q.time(t, l)
	}
}

type largeQuery struct {
	name string
	f    Filter
	of   string // "outcomes", "runs", "days", "sums"
}

func largeQueries(each int) []largeQuery {
	day := func(n int) time.Time { return epoch.Add(time.Duration(n) * 24 * time.Hour) }
	failed := []engine.Result{engine.Failed}
	one := largeItem(3, each/2, each)
	return []largeQuery{
		{"the last 50", Filter{Limit: 50}, "outcomes"},
		{"50 of a rule", Filter{Rule: "rule.r3", Limit: 50}, "outcomes"},
		{"50 of a rule that acted once", Filter{Rule: "rule.once", Limit: 50}, "outcomes"},
		{"50 of a bucket", Filter{Bucket: "bucket-3", Limit: 50}, "outcomes"},
		{"50 of a bucket and rule that never met", Filter{Bucket: "bucket-3", Rule: "rule.once", Limit: 50}, "outcomes"},
		{"50 failed", Filter{Results: failed, Limit: 50}, "outcomes"},
		{"50 failed or not attempted", Filter{Results: []engine.Result{engine.Failed, engine.NotAttempted}, Limit: 50}, "outcomes"},
		{"50 failed, of a bucket and a rule, in a month", Filter{Results: failed, Bucket: "bucket-3", Rule: "rule.r3", Since: day(100), Until: day(130), Limit: 50}, "outcomes"},
		{"50 of a day long ago", Filter{Since: day(3), Until: day(4), Limit: 50}, "outcomes"},
		{"50 of an hour long ago", Filter{Since: day(3), Until: day(3).Add(time.Hour), Limit: 50}, "outcomes"},
		{"a key", Filter{Key: one.Upload.Key}, "outcomes"},
		{"50 of a beginning that all keys of a bucket have", Filter{Bucket: "bucket-3", Key: "raw/", KeyPrefix: true, Limit: 50}, "outcomes"},
		{"50 of a beginning that all keys of an old run have", Filter{Key: "raw/0003/", KeyPrefix: true, Limit: 50}, "outcomes"},
		{"50 failed of a beginning that all keys have", Filter{Key: "raw/", KeyPrefix: true, Results: failed, Limit: 50}, "outcomes"},
		{"an upload id", Filter{UploadID: one.Upload.ID}, "outcomes"},
		{"50 of an old run", Filter{Run: "run0003", Limit: 50}, "outcomes"},
		{"all of an old run", Filter{Run: "run0003"}, "outcomes"},
		{"20 runs", Filter{Limit: 20}, "runs"},
		{"all runs", Filter{}, "runs"},
		{"runs with a failure in a bucket", Filter{Bucket: "bucket-3", Results: failed}, "runs"},
		{"runs with a key", Filter{Key: one.Upload.Key}, "runs"},
		{"days", Filter{}, "days"},
		{"days of a rule and bucket", Filter{Rule: "rule.r3", Bucket: "bucket-3"}, "days"},
		{"days from noon to noon", Filter{Since: day(3).Add(time.Minute), Until: day(100).Add(time.Minute)}, "days"},
		{"sums", Filter{}, "sums"},
		{"sums of a bucket and result", Filter{Bucket: "bucket-3", Results: failed}, "sums"},
		{"sums of a beginning that all keys have", Filter{Key: "raw/", KeyPrefix: true}, "sums"},
		{"sums of a beginning that all keys of an old run have", Filter{Key: "raw/0003/", KeyPrefix: true}, "sums"},
		{"sums of a key", Filter{Key: one.Upload.Key}, "sums"},
	}
}

func (q *largeQuery) time(t *testing.T, l *Ledger) {
	t.Helper()
	begun, n := time.Now(), 0
	var err error
	switch q.of {
	case "outcomes":
		n = len(all(t, l.Outcomes(t.Context(), q.f)))
	case "runs":
		n = len(all(t, l.Runs(t.Context(), q.f)))
	case "days":
		var days []DayTotal
		days, err = l.Days(t.Context(), q.f)
		n = len(days)
	case "sums":
		var sums map[engine.Result]engine.Totals
		sums, err = l.Sums(t.Context(), q.f)
		n = len(sums)
	}
	took := time.Since(begun)
	t.Logf("%-60s %8.1f ms %8d rows", q.of+": "+q.name, float64(took.Microseconds())/1e3, n)
	if err != nil {
		t.Error(err)
	}
	if took > time.Second && n <= 1000 { // more rows are as slow as reading them is
		t.Errorf("%s: %s takes %s", q.of, q.name, took)
	}
}

// buildLarge applies runs through the front door, as the ledger is written in earnest.
func buildLarge(t *testing.T, dir string, each int) {
	t.Helper()
	begun := time.Now()
	l, err := Open(t.Context(), dir)
	if err != nil {
		t.Fatal(err)
	}
	defer closeNow(t, l)
	for k := range largeApplied {
		run := aRun(fmt.Sprintf("run%04d", k))
		run.Started = epoch.Add(time.Duration(k) * 24 * time.Hour)
		run.Providers[0].Now = run.Started
		log, err := l.Begin(run, func(yield func(engine.Item, error) bool) {
			for i := range each {
				if !yield(largeItem(k, i, each), nil) {
					return
				}
			}
		})
		if err != nil {
			t.Fatal(err)
		}
		for i := range each {
			if err := log.Intend("ks3", int64(i)); err != nil {
				t.Fatal(err)
			}
			o := anOutcome(i, largeItem(k, i, each), engine.Aborted)
			switch {
			case i%97 == 0:
				o = anOutcome(i, o.Item, engine.Failed)
			case k%50 == 7 && i > each/2:
				o.Result, o.RequestID, o.Attempts = engine.NotAttempted, "", 0
			}
			o.At = run.Started.Add(time.Duration(i) * time.Hour / time.Duration(each) * 3)
			log.Conclude(o)
		}
		finish(t, log, engine.RunEnd{Finished: run.Started.Add(3 * time.Hour)})
	}
	copyLarge(t, l, int64(each))
	t.Logf("built in %s", time.Since(begun).Round(time.Second))
}

// copyLarge copies the first runs until there are all of them.
func copyLarge(t *testing.T, l *Ledger, each int64) {
	t.Helper()
	if _, err := l.write.Exec("PRAGMA synchronous = off; DROP INDEX items_upload"); err != nil {
		t.Fatal(err)
	}
	for k := int64(largeApplied); k < largeRuns; k += largeApplied {
		err := l.transact(t.Context(), func(tx *transaction) error {
			const day = 24 * 3600 * 1_000_000
			items, days := k*each, k*day
			for _, c := range []struct {
				text string
				args []any
			}{
				{`INSERT INTO items SELECT id + ?1, run + ?2, rule, bucket, 'raw/' || format('%04d', ?2 + run - 1) || substr(key, 9),
					format('%016x', id * 7046029254386353131 + ?2) || substr(upload_id, 17), initiated, newest_part, parts, bytes, class, owner, initiator, reason, fingerprint
					FROM items WHERE run <= ?3`, []any{items, k, largeApplied}},
				{`INSERT INTO outcomes SELECT number + ?1, item + ?1, CASE rule WHEN (SELECT id FROM rules WHERE address = 'rule.once') THEN 1 ELSE rule END,
					bucket, result, at + ?2, attempts, request_id, error, hash FROM outcomes WHERE number <= ?3`, []any{items, days, largeApplied * each}},
				{`INSERT INTO spans SELECT run + ?1, bucket, first_item + ?2, items, 'raw/' || format('%04d', ?1 + run - 1) || substr(first_key, 9),
					'raw/' || format('%04d', ?1 + run - 1) || substr(last_key, 9) FROM spans WHERE run <= ?3`, []any{k, items, largeApplied}},
				{`INSERT INTO sums SELECT run + ?1, date(day, '+' || ?1 || ' days'), rule, bucket, result, uploads, parts, bytes, monthly, currency, priced_at, unpriced_bytes,
					first_number + ?2, last_number + ?2, first_at + ?3, last_at + ?3 FROM sums
					WHERE run <= ?4 AND rule <> (SELECT id FROM rules WHERE address = 'rule.once')`, []any{k, items, days, largeApplied}},
				{`INSERT INTO runs SELECT id + ?1, format('run%04d', id + ?1 - 1), planned + ?3, started + ?3, actor, command, offcut, plan_file, providers, rules, first_item + ?2, items,
					uploads, parts, bytes, monthly, currency, priced_at, unpriced_bytes, finished + ?3, interrupted, requests, settled_by FROM runs WHERE id <= ?4`,
					[]any{k, items, days, largeApplied}},
				{"UPDATE chain SET number = (SELECT max(number) FROM outcomes)", nil},
			} {
				if _, err := tx.ExecContext(tx.ctx, c.text, c.args...); err != nil {
					return fmt.Errorf("%s: %w", c.text, err)
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if _, err := l.write.Exec("CREATE INDEX items_upload ON items (substr(upload_id, -8))"); err != nil {
		t.Fatal(err)
	}
}

func largeItem(run, i, each int) engine.Item {
	item := anItem(i)
	u := &item.Upload
	bucket := i * largeBuckets / each
	u.Bucket = fmt.Sprintf("bucket-%d", bucket)
	u.Key = fmt.Sprintf("raw/%04d/camera-%03d/%09d.mp4", run, i/1000, i)
	u.ID = fmt.Sprintf("%016x%016x", uint64(run*each+i+1)*0x9e3779b97f4a7c15, uint64(i+7)*0xbf58476d1ce4e5b9)
	item.Parts.Fingerprint = u.ID + u.ID
	item.Rule = fmt.Sprintf("rule.r%d", bucket%4)
	if run == 3 && i == each-1 {
		item.Rule = "rule.once"
	}
	item.Reason = rules.AbortStale
	return item
}
