package ledger

import (
	"errors"
	"fmt"
	"iter"
	"slices"
	"testing"
	"time"

	"offcut/engine"
	"offcut/rules"
)

var epoch = time.Date(2026, 11, 20, 8, 0, 0, 0, time.UTC)

// openHere opens a ledger in dir and closes it with the test.
func openHere(t testing.TB, dir string) *Ledger {
	t.Helper()
	l, err := Open(t.Context(), dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := l.Close(); err != nil {
			t.Error(err)
		}
	})
	return l
}

// aRun is a run of the given plan id.
func aRun(id string) engine.Run {
	return engine.Run{
		ID: id, Planned: epoch.Add(-time.Minute), Started: epoch,
		Origin: engine.Origin{Actor: "ann@host", Command: "offcut apply", Version: "0.3.0", PlanFile: "a.plan"},
		Providers: []engine.ProviderStatus{{
			Address:  "ks3",
			Identity: engine.Identity{Kind: "ks3", Endpoint: "https://ks3-cn-beijing.ksyuncs.com", ListingProves: true, CheckCompleted: true},
			Now:      epoch, Skew: time.Second, Prices: rules.DefaultPrices("ks3"),
			Buckets: []engine.Bucket{{Name: "media", Created: epoch.Add(-1e6 * time.Second), Owner: "4711"}},
			Notes:   []string{"a note"},
		}, {Address: "s3.minio", Identity: engine.Identity{Kind: "s3"}, Now: epoch}},
		Rules:  []engine.RuleOrigin{{Address: "rule.raw", File: "rules.hcl", Line: 5}, {Address: "rule.tmp", File: "rules.hcl", Line: 25}},
		Totals: engine.Totals{Uploads: 3, Bytes: 30, Parts: 6, Cost: engine.Cost{Monthly: 1.5, Currency: "USD", PricedAt: "2021-11", UnpricedBytes: 7}},
	}
}

// anItem is the i-th item of a plan.
func anItem(i int) engine.Item {
	item := engine.Item{
		Upload: rules.Upload{
			Provider: "ks3", Bucket: "media", Key: fmt.Sprintf("raw/%07d.mp4", i), ID: fmt.Sprintf("upload-%07d-%04x", i, i*40503%65536),
			Initiated: epoch.Add(-time.Duration(i%50+8) * 24 * time.Hour), StorageClass: "STANDARD", Owner: "4711", Initiator: "4712",
		},
		Parts: rules.Parts{
			Count: i%3 + 1, Bytes: int64(i%7+1) << 20, Newest: epoch.Add(-7*24*time.Hour - time.Duration(i)*time.Millisecond),
			Fingerprint: fmt.Sprintf("%064x", i),
		},
		Reason: rules.AbortStale, Rule: "rule.raw",
	}
	item.Age, item.Idle = rules.Age(&item.Upload, epoch), rules.Idle(&item.Upload, &item.Parts, epoch)
	return item
}

func items(n int) []engine.Item {
	list := make([]engine.Item, n)
	for i := range list {
		list[i] = anItem(i)
	}
	return list
}

func sequence(list []engine.Item) iter.Seq2[engine.Item, error] {
	return func(yield func(engine.Item, error) bool) {
		for _, item := range list {
			if !yield(item, nil) {
				return
			}
		}
	}
}

func begin(t testing.TB, l *Ledger, run engine.Run, list []engine.Item) engine.RunLog {
	t.Helper()
	log, err := l.Begin(run, sequence(list))
	if err != nil {
		t.Fatal(err)
	}
	return log
}

// anOutcome is the outcome of an item.
func anOutcome(seq int, item engine.Item, result engine.Result) *engine.Outcome {
	o := &engine.Outcome{
		Item: item, Seq: int64(seq), Result: result, RequestID: fmt.Sprintf("req-%d", seq), Attempts: 1,
		At: epoch.Add(time.Duration(seq) * 1500 * time.Microsecond),
	}
	if result == engine.Failed {
		o.Err = "the store refused: access denied"
	}
	return o
}

func finish(t testing.TB, log engine.RunLog, end engine.RunEnd) {
	t.Helper()
	if err := log.Finish(end); err != nil {
		t.Fatal(err)
	}
}

// apply takes down a whole run, all of it aborted unless result says otherwise.
func apply(t testing.TB, l *Ledger, run engine.Run, list []engine.Item, result func(i int) engine.Result) {
	t.Helper()
	log := begin(t, l, run, list)
	for i, item := range list {
		if err := log.Intend(item.Upload.Provider, int64(i)); err != nil {
			t.Fatal(err)
		}
		outcome := engine.Aborted
		if result != nil {
			outcome = result(i)
		}
		o := anOutcome(i, item, outcome)
		o.At = o.At.Add(run.Started.Sub(epoch))
		log.Conclude(o)
	}
	finish(t, log, engine.RunEnd{Finished: run.Started.Add(time.Minute), Requests: 12})
}

func doubtsOf(t testing.TB, u engine.Unsettled) []engine.Doubt {
	t.Helper()
	var list []engine.Doubt
	for d, err := range u.Doubts {
		if err != nil {
			t.Fatal(err)
		}
		list = append(list, d)
	}
	return list
}

func unsettled(t testing.TB, l *Ledger) []engine.Unsettled {
	t.Helper()
	list, err := l.Unsettled()
	if err != nil {
		t.Fatal(err)
	}
	return list
}

func TestPromise8_WhatWasBegunIsThereAfterReopening(t *testing.T) {
	dir := t.TempDir()
	l := openHere(t, dir)
	run, list := aRun("run-1"), items(3000)
	log := begin(t, l, run, list)
	for i := range 10 {
		if err := log.Intend("ks3", int64(i)); err != nil {
			t.Fatal(err)
		}
	}
	log.Answered(3, engine.Receipt{Status: 204, RequestID: "answer-3"}, epoch)
	log.Answered(3, engine.Receipt{Status: 204, RequestID: "answer-3-again"}, epoch)
	log.Answered(4, engine.Receipt{Status: 204, RequestID: "answer-4"}, epoch)
	log.Conclude(anOutcome(4, list[4], engine.Aborted))
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}

	open := unsettled(t, openHere(t, dir))
	if len(open) != 1 {
		t.Fatalf("%d unsettled runs, want 1", len(open))
	}
	if got, want := fmt.Sprintf("%+v", open[0].Run), fmt.Sprintf("%+v", run); got != want {
		t.Errorf("the run came back as\n%s\nwant\n%s", got, want)
	}
	doubts := doubtsOf(t, open[0])
	if len(doubts) != len(list)-1 {
		t.Fatalf("%d doubts, want %d", len(doubts), len(list)-1)
	}
	for _, d := range doubts {
		if d.Item != list[d.Seq] {
			t.Fatalf("item %d came back as\n%+v\nwant\n%+v", d.Seq, d.Item, list[d.Seq])
		}
		if d.Seq == 4 || d.Seq < 10 && !d.Intended || d.Seq >= 2000 && d.Intended {
			t.Errorf("doubt %d: intended %v", d.Seq, d.Intended)
		}
		if d.Answered != (d.Seq == 3) || d.Answered && d.RequestID != "answer-3-again" {
			t.Errorf("doubt %d: answered %v, %q", d.Seq, d.Answered, d.RequestID)
		}
	}
	if !slices.IsSortedFunc(doubts, func(a, b engine.Doubt) int { return int(a.Seq - b.Seq) }) {
		t.Error("doubts are not in plan order")
	}
}

func TestPromise8_AnUnsettledRunIsSettledByItsLog(t *testing.T) {
	l := openHere(t, t.TempDir())
	list := items(2500)
	begin(t, l, aRun("run-1"), list)
	open := unsettled(t, l)[0]
	if err := open.Log.Finish(engine.RunEnd{Finished: epoch}); err == nil {
		t.Error("a run without outcomes ended")
	}
	open = unsettled(t, l)[0]
	n := 0
	for d, err := range open.Doubts {
		if err != nil {
			t.Fatal(err)
		}
		open.Log.Conclude(anOutcome(int(d.Seq), d.Item, engine.NotAttempted))
		n++
	}
	if n != len(list) {
		t.Errorf("%d doubts, want %d", n, len(list))
	}
	finish(t, open.Log, engine.RunEnd{Finished: epoch, SettledBy: "run-2"})
	if open := unsettled(t, l); len(open) != 0 {
		t.Errorf("%d unsettled runs, want none", len(open))
	}
}

func TestPromise9_APlanIsBegunOnce(t *testing.T) {
	l := openHere(t, t.TempDir())
	apply(t, l, aRun("run-1"), items(3), nil)
	_, err := l.Begin(aRun("run-1"), sequence(items(3)))
	if !errors.Is(err, engine.ErrPlanApplied) {
		t.Fatalf("error %v, want ErrPlanApplied", err)
	}
	const want = `this plan was applied before, at 2026-11-20 08:00:00 UTC by ann@host with "offcut apply": make a new plan`
	if err.Error() != want {
		t.Errorf("error %q, want %q", err, want)
	}
}

func TestAFailedBeginLeavesNothing(t *testing.T) {
	l := openHere(t, t.TempDir())
	broken := func(yield func(engine.Item, error) bool) {
		for i := range 5000 {
			if !yield(anItem(i), nil) {
				return
			}
		}
		yield(engine.Item{}, errors.New("the spool is damaged"))
	}
	if _, err := l.Begin(aRun("run-1"), broken); err == nil {
		t.Fatal("no error")
	}
	if open := unsettled(t, l); len(open) != 0 {
		t.Errorf("%d unsettled runs, want none", len(open))
	}
	apply(t, l, aRun("run-1"), items(5000), nil)
}

func endAt(t time.Time) engine.RunEnd { return engine.RunEnd{Finished: t} }
