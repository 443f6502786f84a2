package engine

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"offcut/rules"
)

// instancesOf makes instances of a rule, one in a bucket for each key.
func instancesOf(name, bucket string, keys ...string) []rules.Rule {
	var made []rules.Rule
	for _, key := range keys {
		r := testRule(name, bucket, key+"/")
		r.Key = key
		r.Address = rules.Address{Block: "rule", Name: name, Key: key}.String()
		made = append(made, r)
	}
	return made
}

func TestSelectRules_AddressesOfInstances(t *testing.T) {
	cfg := testConfig(append(instancesOf("area", "m", "raw", "tmp", "it's"), testRule("logs", "l", ""))...)
	cfg.Empty = []string{"rule.none"}
	areas := []string{`rule.area["it's"]`, `rule.area["raw"]`, `rule.area["tmp"]`}
	for _, c := range []struct {
		targets, excludes []string
		want              []string
		err               string
	}{
		{want: append(slices.Clone(areas), "rule.logs")},
		{targets: []string{"rule.area"}, want: areas},
		{targets: []string{"rule.none", "rule.area"}, want: areas},
		{targets: []string{`rule.area["raw"]`}, want: areas[1:2]},
		{targets: []string{`rule.area["\u0072aw"]`}, want: areas[1:2]},
		{excludes: []string{"rule.area"}, want: []string{"rule.logs"}},
		{targets: []string{"rule.area"}, excludes: []string{areas[1]}, want: []string{areas[0], areas[2]}},
		{targets: []string{"rule.area[raw]"}, err: `the shell takes quotes away that are not quoted themselves, so write -target 'rule.area["raw"]'`},
		{targets: []string{`rule.area["row"]`}, err: `rule.area has no instance of this key; there are ` + strings.Join(areas, ", ") + `; write, for example, -target 'rule.area["raw"]'`},
		{targets: []string{`rule.area["its"]`}, err: `-target 'rule.area["it'\''s"]'`},
		{targets: []string{`rule.logs["raw"]`}, err: `rule.logs has no for_each, and so no instances: write -target rule.logs`},
		{targets: []string{`rule.none["raw"]`}, err: `rule.none has no instance, because its for_each is empty`},
		{targets: []string{"rule.none"}, err: `the for_each of rule.none is empty`},
		{targets: []string{`area["raw"]`}, err: `did you mean 'rule.area["raw"]'?`},
		{excludes: []string{"rule.aera"}, err: `did you mean rule.area?`},
	} {
		got, err := SelectRules(cfg, c.targets, c.excludes)
		if !slices.Equal(got, c.want) || (err == nil) != (c.err == "") || c.err != "" && !strings.Contains(err.Error(), c.err) {
			t.Errorf("-target %q -exclude %q: %q, %v; want %q, %q", c.targets, c.excludes, got, err, c.want, c.err)
		}
	}
}

func TestPromise14_DisabledRulesAreNoCleanPlan(t *testing.T) {
	area := instancesOf("area", "m", "raw", "tmp")
	area[0].Disabled = true
	off := testRule("off", "l", "")
	off.Disabled = true
	cfg := testConfig(append(area, off)...)
	for _, c := range []struct {
		targets, excludes []string
		want              []string
		err               string
	}{
		{want: []string{`rule.area["tmp"]`}},
		{targets: []string{"rule.area"}, want: []string{`rule.area["tmp"]`}},
		{excludes: []string{"rule.off"}, want: []string{`rule.area["tmp"]`}},
		{targets: []string{"rule.off"}, err: "-target rule.off: the rule is disabled and cannot act: set enabled = true in it, or leave this -target out"},
		{targets: []string{"rule.off", "rule.area"}, err: "-target rule.off: the rule is disabled"},
		{targets: []string{`rule.area["raw"]`}, err: `-target rule.area["raw"]: the rule is disabled`},
		{excludes: []string{"rule.area"}, err: "-exclude takes away all that are not disabled"},
	} {
		got, err := SelectRules(cfg, c.targets, c.excludes)
		if !slices.Equal(got, c.want) || (err == nil) != (c.err == "") || c.err != "" && !strings.Contains(err.Error(), c.err) {
			t.Errorf("-target %q -exclude %q: %q, %v; want %q, %q", c.targets, c.excludes, got, err, c.want, c.err)
		}
	}
	s := newMemStore("m", "l")
	opts := testOptions(t)
	opts.Acting = []string{"rule.off"}
	if _, err := Build(context.Background(), Stores{"ks3": s}, cfg, opts); err == nil || !strings.Contains(err.Error(), "rule.off may act, but it is disabled") {
		t.Errorf("a disabled rule was let act: %v", err)
	}
	all := testConfig(off)
	if _, err := SelectRules(all, nil, nil); err == nil || !strings.Contains(err.Error(), "every rule is disabled") {
		t.Errorf("all rules are disabled: %v", err)
	}
	if _, err := Build(context.Background(), Stores{"ks3": s}, all, testOptions(t)); err == nil || !strings.Contains(err.Error(), "every rule is disabled") {
		t.Errorf("a plan of disabled rules was made: %v", err)
	}
}

// Where every for_each is empty and may be, there is a plan, and it says so.
func TestBuild_EveryForEachIsEmptyAndMayBe(t *testing.T) {
	cfg := testConfig()
	cfg.Empty = []string{"rule.none"}
	acting, err := SelectRules(cfg, nil, nil)
	if err != nil || len(acting) != 0 {
		t.Fatalf("%q, %v", acting, err)
	}
	p := buildPlan(t, newMemStore(), cfg, testOptions(t))
	if !p.Whole() || p.Abort.Uploads != 0 || p.Partial || !slices.Equal(p.Empty, cfg.Empty) {
		t.Errorf("%+v", p)
	}
}

// A precondition that does not hold stops its own rule and no other one.
func TestPromise4_APreconditionStopsItsRule(t *testing.T) {
	s := newMemStore("media", "logs")
	s.put("media", "raw/a", "1", 9*day, 9*day)
	s.put("logs", "x", "1", 9*day, 9*day)
	refused, free := testRule("refused", "media", "raw/"), testRule("free", "logs", "")
	refused.Refused = []string{"The ticket is not set.", "It is Sunday."}
	p := buildPlan(t, s, testConfig(refused, free), testOptions(t))
	want := "a precondition does not hold: The ticket is not set.; a precondition does not hold: It is Sunday."
	if got := p.Rules[1]; got.Stopped != want || !got.Refused || got.Abort.Uploads != 1 {
		t.Errorf("%+v; want %q", got, want)
	}
	if p.Rules[0].Stopped != "" || p.Rules[0].Refused || p.Abort.Uploads != 1 || p.Whole() {
		t.Errorf("the other rule: %+v, whole: %v", p.Rules[0], p.Whole())
	}
	for item, err := range p.Items() {
		if err != nil || item.Rule != "rule.free" {
			t.Errorf("%+v, %v is to be aborted", item, err)
		}
	}
}

// TestDisabling_NeverAddsAnAbort draws overlapping rules, and disables one.
func TestDisabling_NeverAddsAnAbort(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		s := newMemStore("m")
		prefixes := []string{"", "a", "a/", "a/b", "b"}
		for i := range rapid.IntRange(1, 8).Draw(rt, "uploads") {
			key := rapid.SampledFrom([]string{"a", "a/x", "a/b/x", "b/x", "c"}).Draw(rt, "key")
			age := day * rapid.SampledFrom([]time.Duration{3, 8, 15, 40}).Draw(rt, "age")
			s.put("m", key, string(rune('1'+i)), age, age)
		}
		var rs []rules.Rule
		n := rapid.IntRange(2, 4).Draw(rt, "rules")
		off := rapid.IntRange(0, n-1).Draw(rt, "off")
		for i := range n {
			r := testRule(string(rune('a'+i)), "m", rapid.SampledFrom(prefixes).Draw(rt, "prefix"))
			r.Stale.OlderThan = day * rapid.SampledFrom([]time.Duration{2, 7, 14, 30}).Draw(rt, "older_than")
			rs = append(rs, r)
		}
		before := abortsOf(t, s, testConfig(slices.Clone(rs)...))
		rs[off].Disabled = true
		for upload := range abortsOf(t, s, testConfig(rs...)) {
			if !before[upload] {
				rt.Fatalf("%s is only aborted with rule %d disabled", upload, off)
			}
		}
	})
}

// abortsOf plans and returns what would be aborted.
func abortsOf(t *testing.T, s *memStore, cfg *rules.Config) map[string]bool {
	found := map[string]bool{}
	p := buildPlan(t, s, cfg, testOptions(t))
	for item, err := range p.Items() {
		if err != nil {
			t.Fatal(err)
		}
		found[item.Upload.Key+" "+item.Upload.ID] = true
	}
	return found
}
