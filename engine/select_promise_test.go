package engine

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"offcut/rules"
)

// TestATargetNeverAddsAnAbort plans a random world twice, once with all rules and once
// with some of them. What some rules abort is always a part of what all do: choosing
// rules only says which may act. (Limits aside: they stop a rule for what it alone would
// abort, and two rules that decide together share their uploads.)
func TestATargetNeverAddsAnAbort(t *testing.T) {
	dir := t.TempDir()
	rapid.Check(t, func(rt *rapid.T) {
		store, cfg := drawStore(rt), drawRules(rt)
		opts := Options{Dir: dir, Clock: func() time.Time { return epoch }}
		all := plannedNow(t, rt, store, cfg, opts)
		for i := range cfg.Rules {
			if rapid.Bool().Draw(rt, "acts") {
				opts.Acting = append(opts.Acting, cfg.Rules[i].Address)
			}
		}
		if len(opts.Acting) == 0 {
			opts.Acting = []string{cfg.Rules[0].Address}
		}
		for _, name := range plannedNow(t, rt, store, cfg, opts) {
			if !slices.Contains(all, name) {
				rt.Errorf("%v alone would abort %s; all rules would not", opts.Acting, name)
			}
		}
	})
}

func plannedNow(t *testing.T, rt *rapid.T, s Store, cfg *rules.Config, opts Options) []string {
	p, err := Build(t.Context(), Stores{"ks3": s}, cfg, opts)
	if err != nil {
		rt.Fatal(err)
	}
	defer closeNow(t, p)
	return planned(t, p)
}

// drawStore makes a store of two buckets with uploads of any age under a few prefixes.
func drawStore(t *rapid.T) *memStore {
	s := newMemStore("media", "logs")
	for i := range rapid.IntRange(0, 12).Draw(t, "uploads") {
		hours := func(what string) time.Duration {
			return time.Duration(rapid.IntRange(1, 10).Draw(t, what)) * 24 * time.Hour
		}
		key := rapid.SampledFrom([]string{"raw/a", "raw/keep/a", "tmp/a", "a"}).Draw(t, "key")
		s.put(rapid.SampledFrom([]string{"media", "logs"}).Draw(t, "bucket"), key, fmt.Sprintf("u%02d", i), hours("age"), hours("idle"))
	}
	return s
}

// drawRules makes one to four rules whose scans overlap in many ways.
func drawRules(t *rapid.T) *rules.Config {
	cfg := testConfig()
	for i := range rapid.IntRange(1, 4).Draw(t, "rules") {
		some := func(what string, from ...string) []string {
			return rapid.SliceOfNDistinct(rapid.SampledFrom(from), 1, -1, rapid.ID).Draw(t, what)
		}
		r := testRule(fmt.Sprintf("r%d", i), "media", "")
		r.Scan.Buckets = some("buckets", "media", "logs")
		r.Scan.Prefixes = some("prefixes", "", "raw/", "raw/keep/", "tmp/")
		r.Stale.OlderThan = time.Duration(rapid.IntRange(1, 9).Draw(t, "older_than")) * 24 * time.Hour
		r.Stale.IdleFor = time.Duration(rapid.IntRange(1, 9).Draw(t, "idle_for")) * 24 * time.Hour
		cfg.Rules = append(cfg.Rules, r)
	}
	return cfg
}
