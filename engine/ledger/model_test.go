package ledger

import (
	"context"
	"fmt"
	"sync"
	"testing"

	"pgregory.net/rapid"

	"offcut/engine"
)

// A runModel is what one run of the model should be.
type runModel struct {
	log       engine.RunLog
	items     []engine.Item
	intended  map[string]int64 // by provider, the highest
	answered  map[int64]string
	concluded map[int64]engine.Result
	finished  bool
}

// A ledgerModel drives a ledger and what it should hold.
type ledgerModel struct {
	t    *testing.T
	dir  string
	l    *Ledger
	runs []*runModel
}

func (m *ledgerModel) open(t *rapid.T) {
	var err error
	if m.l, err = Open(context.Background(), m.dir); err != nil {
		t.Fatal(err)
	}
}

// an open run, or nil.
func (m *ledgerModel) some(t *rapid.T) *runModel {
	var open []*runModel
	for _, r := range m.runs {
		if !r.finished {
			open = append(open, r)
		}
	}
	if len(open) == 0 {
		return nil
	}
	return rapid.SampledFrom(open).Draw(t, "run")
}

func (m *ledgerModel) begin(t *rapid.T) {
	n := len(m.runs)
	list := variedItems(rapid.IntRange(0, 40).Draw(t, "items"), n)
	log, err := m.l.Begin(aRun(fmt.Sprintf("run-%d", n)), sequence(list))
	if err != nil {
		t.Fatal(err)
	}
	m.runs = append(m.runs, &runModel{
		log: log, items: list, intended: map[string]int64{}, answered: map[int64]string{}, concluded: map[int64]engine.Result{},
	})
}

func (m *ledgerModel) step(t *rapid.T) {
	r := m.some(t)
	if r == nil || len(r.items) == 0 {
		m.begin(t)
		return
	}
	seq := int64(rapid.IntRange(0, len(r.items)-1).Draw(t, "seq"))
	item := r.items[seq]
	switch rapid.SampledFrom([]string{"intend", "answer", "conclude"}).Draw(t, "what") {
	case "intend":
		if err := r.log.Intend(item.Upload.Provider, seq); err != nil {
			t.Fatal(err)
		}
		p := item.Upload.Provider
		r.intended[p] = max(r.intended[p], seq+1)
	case "answer":
		id := rapid.StringN(0, 5, 10).Draw(t, "request id")
		r.log.Answered(seq, engine.Receipt{RequestID: id}, epoch)
		r.answered[seq] = id
	case "conclude":
		if _, ok := r.concluded[seq]; !ok {
			r.conclude(t, seq)
		}
	}
}

func (r *runModel) conclude(t *rapid.T, seq int64) {
	result := rapid.SampledFrom(engine.Results).Draw(t, "result")
	r.log.Conclude(anOutcome(int(seq), r.items[seq], result))
	r.concluded[seq] = result
}

func (m *ledgerModel) finish(t *rapid.T) {
	r := m.some(t)
	if r == nil {
		return
	}
	for seq := range r.items {
		if _, ok := r.concluded[int64(seq)]; !ok {
			r.conclude(t, int64(seq))
		}
	}
	if err := r.log.Finish(endAt(epoch)); err != nil {
		t.Fatal(err)
	}
	r.finished = true
}

// reopen closes the ledger, and compares what it holds with the model.
func (m *ledgerModel) reopen(t *rapid.T) {
	if err := m.l.Close(); err != nil {
		t.Fatal(err)
	}
	m.open(t)
	list, err := m.l.Unsettled()
	if err != nil {
		t.Fatal(err)
	}
	for i, r := range m.runs {
		if r.finished {
			continue
		}
		if len(list) == 0 || list[0].Run.ID != fmt.Sprintf("run-%d", i) {
			t.Fatalf("run-%d is not unsettled", i)
		}
		r.compare(t, list[0])
		r.log = list[0].Log
		list = list[1:]
	}
	if len(list) != 0 {
		t.Fatalf("run %s is unsettled", list[0].Run.ID)
	}
}

func (r *runModel) compare(t *rapid.T, u engine.Unsettled) {
	doubts := all(t, u.Doubts)
	if len(doubts) != len(r.items)-len(r.concluded) {
		t.Fatalf("%s: %d doubts of %d items with %d outcomes", u.Run.ID, len(doubts), len(r.items), len(r.concluded))
	}
	for _, d := range doubts {
		id, answered := r.answered[d.Seq]
		if _, ok := r.concluded[d.Seq]; ok || d.Item != r.items[d.Seq] || d.Answered != answered || d.RequestID != id {
			t.Fatalf("%s: doubt %+v", u.Run.ID, d)
		}
		if d.Seq < r.intended[d.Item.Upload.Provider] && !d.Intended {
			t.Fatalf("%s: item %d was intended", u.Run.ID, d.Seq)
		}
		if _, ok := r.intended[d.Item.Upload.Provider]; !ok && !answered && d.Intended {
			t.Fatalf("%s: nothing of the provider of item %d was intended", u.Run.ID, d.Seq)
		}
	}
}

func TestPromise8_ALedgerRemembersWhatItWasTold(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		m := &ledgerModel{t: t, dir: t.TempDir()}
		m.open(rt)
		for range rapid.IntRange(1, 30).Draw(rt, "steps") {
			switch rapid.IntRange(0, 20).Draw(rt, "step") {
			case 0:
				m.begin(rt)
			case 1:
				m.finish(rt)
			case 2:
				m.reopen(rt)
			default:
				m.step(rt)
			}
		}
		m.reopen(rt)
		outcomes := 0
		for i, r := range m.runs {
			outcomes += len(r.concluded)
			got := map[int64]engine.Result{}
			for _, e := range all(rt, m.l.Outcomes(context.Background(), Filter{Run: fmt.Sprintf("run-%d", i)})) {
				if e.Run == fmt.Sprintf("run-%d", i) {
					got[e.Seq] = e.Result
				}
			}
			if fmt.Sprint(got) != fmt.Sprint(r.concluded) {
				rt.Fatalf("run-%d: outcomes %v, want %v", i, got, r.concluded)
			}
		}
		wantWhole(t, verify(t, m.l), int64(outcomes))
		if err := m.l.Close(); err != nil {
			rt.Fatal(err)
		}
	})
}

func TestManyHandsAndReadersAtOnce(t *testing.T) {
	l := openHere(t, t.TempDir())
	const each = 1500
	var runs, readers sync.WaitGroup
	done := make(chan struct{})
	for k := range 2 {
		list := items(each)
		log := begin(t, l, aRun(fmt.Sprintf("run-%d", k)), list)
		var hands sync.WaitGroup
		for h := range 8 {
			hands.Go(func() {
				for i := h; i < each; i += 8 {
					if err := log.Intend("ks3", int64(i)); err != nil {
						t.Error(err)
						return
					}
					log.Answered(int64(i), engine.Receipt{RequestID: "r"}, epoch)
					log.Conclude(anOutcome(i, list[i], engine.Aborted))
				}
			})
		}
		runs.Go(func() {
			hands.Wait()
			if err := log.Finish(endAt(epoch)); err != nil {
				t.Error(err)
			}
		})
	}
	for range 2 {
		readers.Go(func() {
			for {
				select {
				case <-done:
					return
				default:
				}
				if c := verify(t, l); len(c.Broken) > 0 {
					t.Errorf("while it is written:\n%s", breaksOf(c))
				}
				all(t, l.Outcomes(context.Background(), Filter{Rule: "rule.raw", Limit: 10}))
				all(t, l.Runs(context.Background(), Filter{}))
			}
		})
	}
	runs.Wait()
	close(done)
	readers.Wait()
	wantWhole(t, verify(t, l), 2*each)
}
