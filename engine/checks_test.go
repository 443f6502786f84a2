package engine

import (
	"errors"
	"fmt"
	"reflect"
	"slices"
	"testing"

	"offcut/rules"
)

// planChecks loads checks with one assert each.
func planChecks(t *testing.T, conditions ...string) []rules.Check {
	t.Helper()
	text := "rule \"stale\" {\n  scan {\n    buckets = [\"media\"]\n    prefixes = [\"raw/\"]\n  }\n  stale {\n    older_than = \"7d\"\n  }\n}\n"
	for i, c := range conditions {
		text += fmt.Sprintf("check \"c%d\" {\n  assert {\n    condition = %s\n    error_message = \"${plan.abort.uploads} of ${plan.listed}\"\n  }\n}\n", i, c)
	}
	set, d := rules.Load(rules.Source{Rules: []rules.File{{Name: "main.hcl", Bytes: []byte(text)}}}, rules.Values{})
	if d.HasErrors() {
		t.Fatalf("%q do not load", conditions)
	}
	cfg, _ := set.Resolve(nil)
	return cfg.Checks
}

// TestBuild_Checks: a plan holds what its checks say, and nothing else depends on them.
func TestBuild_Checks(t *testing.T) {
	s := newMemStore("media", "other")
	s.put("media", "raw/a", "stale", 9*day, 8*day)
	s.put("media", "raw/b", "young", 2*day)
	s.onListUploads = func(bucket, _ string) error {
		if bucket == "other" {
			return errors.New("refused")
		}
		return nil
	}
	cfg := testConfig(testRule("stale", "media", "raw/"), testRule("other", "other", "raw/"))
	plain := buildPlan(t, s, cfg, testOptions(t))
	cfg.Checks = planChecks(t,
		`plan.abort.uploads == 1 && plan.abort.bytes == 1048576 && plan.abort.parts == 1 && plan.listed == 2 && plan.unread == 0`,
		`plan.kept.young == 1 && plan.kept.active == 0 && plan.scopes.complete == 1 && plan.scopes.failed == 1`,
		`plan.rules["rule.stale"].abort.uploads == 1 && !plan.rules["rule.stale"].stopped`,
		`plan.abort.uploads < 1`,
		`plan.rules[format("rule.%d", plan.listed)].stopped`,
	)
	p := buildPlan(t, s, cfg, testOptions(t))
	var got []string
	for _, c := range p.Checks {
		got = append(got, fmt.Sprintf("%s %s %d", c.Address, c.Status, len(c.Messages)))
	}
	want := []string{"check.c0 passed 0", "check.c1 passed 0", "check.c2 passed 0", "check.c3 failed 1", "check.c4 error 1"}
	if !slices.Equal(got, want) || p.Checks[3].Messages[0] != "1 of 2" {
		t.Errorf("checks %+v, want %q", p.Checks, want)
	}
	if p.Abort != plain.Abort || p.Whole() != plain.Whole() || !reflect.DeepEqual(p.Kept, plain.Kept) || len(plain.Checks) != 0 {
		t.Errorf("a check changed the plan: %+v", p)
	}
}
