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

// TestBuild_ChecksOnMoney: a check sees what the plan says that uploads cost, of all rules
// and of each, in every currency, and is told what has no price.
func TestBuild_ChecksOnMoney(t *testing.T) {
	const gib = 1 << 30
	text := `
provider "ks3" {
  region = "BEIJING"
}
provider "s3" {
  alias    = "minio"
  endpoint = "http://127.0.0.1:9000"
}
price "disks" {
  provider      = s3.minio
  currency      = "CNY"
  as_of         = "2026-01"
  per_gib_month = { STANDARD = 0.1 }
}
`
	for _, rule := range [][3]string{{"builds", "s3.minio", "builds"}, {"idle", "ks3", "empty"}, {"media", "ks3", "media"}} {
		text += fmt.Sprintf("rule %q {\n  provider = %s\n  scan {\n    buckets = [%q]\n    whole_bucket = true\n  }\n  stale {\n    older_than = \"7d\"\n  }\n}\n", rule[0], rule[1], rule[2])
	}
	for i, condition := range []string{
		`plan.abort.monthly_cost["USD"] == 0.048 && plan.abort.monthly_cost["CNY"] == 0.3`,
		`plan.rules["rule.media"].abort.monthly_cost == { CNY = 0, USD = 0.048 } && plan.rules["rule.builds"].abort.monthly_cost.CNY == 0.3`,
		`plan.rules["rule.idle"].abort.monthly_cost.USD == 0 && plan.rules["rule.idle"].abort.unpriced_bytes == 0`,
		`plan.abort.unpriced_bytes == bytes("5GiB") && plan.rules["rule.media"].abort.unpriced_bytes == bytes("5GiB")`,
		`plan.abort.monthly_cost["USD"] < 0.04`,
	} {
		text += fmt.Sprintf("check \"c%d\" {\n  assert {\n    condition = %s\n    error_message = \"${plan.abort.monthly_cost.USD} USD\"\n  }\n}\n", i, condition)
	}
	set, d := rules.Load(rules.Source{Rules: []rules.File{{Name: "main.hcl", Bytes: []byte(text)}}}, rules.Values{})
	cfg, _ := set.Resolve(nil)
	if cfg == nil {
		t.Fatalf("the rules do not load: %v", d)
	}
	ks3, minio := newMemStore("media", "empty"), newMemStore("builds")
	minio.identity.Kind = "s3"
	size := func(s *memStore, ref Ref, class string, bytes int64) {
		s.edit(ref, func(u *memUpload) { u.StorageClass, u.parts[0].size = class, bytes })
	}
	size(ks3, ks3.put("media", "raw/a", "1", 9*day, 8*day), "STANDARD", 2*gib)
	size(ks3, ks3.put("media", "raw/b", "2", 9*day, 8*day), "ARCHIVE", 5*gib)
	size(minio, minio.put("builds", "c", "3", 9*day, 8*day), "STANDARD", 3*gib)

	p := buildPlanOf(t, Stores{"ks3": ks3, "s3.minio": minio}, cfg, testOptions(t))
	for i, c := range p.Checks[:4] {
		if c.Status != rules.CheckPassed {
			t.Errorf("%d: %+v", i, c)
		}
	}
	note := "plan.abort.monthly_cost leaves out 5.0 GiB without a known price, so that the true cost may be higher. Add a price for them, or assert what plan.abort.unpriced_bytes may be."
	if c := p.Checks[4]; c.Status != rules.CheckFailed || !slices.Equal(c.Messages, []string{"0.048 USD"}) || !slices.Equal(c.Notes, []string{note}) {
		t.Errorf("%+v", c)
	}
}
