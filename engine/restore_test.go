package engine

import (
	"errors"
	"iter"
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"offcut/rules"
)

// restorable is what is kept of a plan with three items.
func restorable() (*Plan, []Item) {
	var items []Item
	for _, key := range []string{"raw/a", "raw/b", "raw/c"} {
		items = append(items, Item{
			Upload: rules.Upload{Provider: "ks3", Bucket: "media", Key: key, ID: "1", Initiated: epoch.Add(-10 * day)},
			Parts:  rules.Parts{Count: 1, Bytes: 5, Newest: epoch.Add(-9 * day)}, Reason: rules.AbortStale, Rule: "rule.raw",
		})
	}
	p := &Plan{
		Finished:  epoch.Add(time.Second),
		Acting:    []string{"rule.raw", "rule.stopped"},
		Providers: []ProviderStatus{{Address: "ks3", Now: epoch}},
		Scopes: []Scope{
			{Provider: "ks3", Bucket: "media", Prefix: "old/", Status: ScopePartial},
			{Provider: "ks3", Bucket: "media", Prefix: "raw/", Status: ScopeComplete},
		},
		Rules: []RuleTotal{
			{Address: "rule.raw", Abort: Totals{Uploads: 3, Bytes: 15, Parts: 3}},
			{Address: "rule.stopped", Abort: Totals{Uploads: 9}, Stopped: "a limit"},
		},
		Abort: Totals{Uploads: 3, Bytes: 15, Parts: 3},
	}
	return p, items
}

func itemSeq(items []Item) iter.Seq2[Item, error] {
	return func(yield func(Item, error) bool) {
		for _, it := range items {
			if !yield(it, nil) {
				return
			}
		}
	}
}

func TestPromise9_RestoredPlanHasItsAges(t *testing.T) {
	p, items := restorable()
	p, err := RestorePlan(t.TempDir(), p, itemSeq(items))
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := p.Close(); err != nil {
			t.Error(err)
		}
	}()
	var got []Item
	for it, err := range p.Items() {
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, it)
	}
	for i := range items {
		items[i].Age, items[i].Idle = 10*day, 9*day
	}
	if !reflect.DeepEqual(got, items) {
		t.Errorf("items\n%+v, want\n%+v", got, items)
	}
}

func TestPromise9_RestorePlanRefusesWhatNoBuildMakes(t *testing.T) {
	for what, spoil := range map[string]func(p *Plan, items []Item){
		"out of order":      func(_ *Plan, items []Item) { slices.Reverse(items) },
		"twice":             func(_ *Plan, items []Item) { items[1] = items[0] },
		"another bucket":    func(_ *Plan, items []Item) { items[2].Upload.Bucket = "other" },
		"a partial scope":   func(_ *Plan, items []Item) { items[0].Upload.Key = "old/a" },
		"another provider":  func(_ *Plan, items []Item) { items[2].Upload.Provider = "s3" },
		"no id":             func(_ *Plan, items []Item) { items[0].Upload.ID = "" },
		"a dotted key":      func(_ *Plan, items []Item) { items[2].Upload.Key = "raw/z/../../x" },
		"an unproven key":   func(_ *Plan, items []Item) { items[2].Upload.KeyUnproven = true },
		"a reason to keep":  func(_ *Plan, items []Item) { items[2].Reason = rules.KeepActive },
		"a stopped rule":    func(_ *Plan, items []Item) { items[2].Rule = "rule.stopped" },
		"an unknown rule":   func(_ *Plan, items []Item) { items[2].Rule = "rule.new" },
		"no start":          func(_ *Plan, items []Item) { items[2].Upload.Initiated = time.Time{} },
		"more bytes":        func(p *Plan, _ []Item) { p.Abort.Bytes++ },
		"fewer uploads":     func(p *Plan, _ []Item) { p.Abort.Uploads-- },
		"more of a rule":    func(p *Plan, _ []Item) { p.Rules[0].Abort.Uploads++ },
		"no such rule":      func(p *Plan, _ []Item) { p.Rules = p.Rules[1:] },
		"ages from later":   func(p *Plan, _ []Item) { p.Providers[0].Now = epoch.Add(time.Hour) },
		"no provider":       func(p *Plan, _ []Item) { p.Providers = nil },
		"an absent scope":   func(p *Plan, _ []Item) { p.Scopes[1].Status = ScopeAbsent },
		"a rule that stops": func(p *Plan, _ []Item) { p.Rules[0].Stopped = "a limit" },
	} {
		p, items := restorable()
		spoil(p, items)
		dir := t.TempDir()
		if _, err := RestorePlan(dir, p, itemSeq(items)); err == nil {
			t.Errorf("%s: it was taken", what)
		}
		if left, err := os.ReadDir(dir); err != nil || len(left) > 0 {
			t.Errorf("%s: left behind %v (%v)", what, left, err)
		}
	}
}

func TestRestorePlanPassesErrorsOn(t *testing.T) {
	p, items := restorable()
	broken := errors.New("the file ends")
	_, err := RestorePlan(t.TempDir(), p, func(yield func(Item, error) bool) {
		_ = yield(items[0], nil) && yield(Item{}, broken)
	})
	if !errors.Is(err, broken) {
		t.Errorf("the error is %v, want %v", err, broken)
	}
	if _, err := RestorePlan("", p, itemSeq(items)); err == nil || !strings.Contains(err.Error(), "no directory") {
		t.Errorf("without a directory: %v", err)
	}
}
