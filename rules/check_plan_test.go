package rules

import (
	"reflect"
	"strings"
	"testing"
)

// planCheckConfig loads one check with asserts over plan.
func planCheckConfig(t *testing.T, asserts ...string) *Config {
	t.Helper()
	text := whereRules("null") + "check \"c\" {\n"
	for _, a := range asserts {
		text += "  assert {\n    condition     = " + a + "\n    error_message = \"${plan.abort.uploads} uploads.\"\n  }\n"
	}
	set, d := loadText(text + "}\n")
	return mustResolve(t, set, d)
}

func TestCheckPlan(t *testing.T) {
	facts := PlanFacts{
		Abort: PlanAmount{Uploads: 7, Bytes: 700, Parts: 70}, Listed: 20, Unread: 1,
		Kept: map[Reason]int64{KeepYoung: 5}, Scopes: map[string]int64{"complete": 2, "failed": 1},
		Rules: map[string]PlanRuleFact{"rule.r": {Abort: PlanAmount{Uploads: 6}, Listed: 9, Stopped: true}},
	}
	tests := []struct {
		name    string
		asserts []string
		want    CheckResult
	}{
		{"all figures", []string{
			`plan.abort.uploads == 7 && plan.abort.bytes == 700 && plan.abort.parts == 70`,
			`plan.listed == 20 && plan.unread == 1`,
			`plan.kept.young == 5 && plan.kept["where-failed"] == 0 && plan.kept.where-failed == 0`,
			`plan.scopes.complete == 2 && plan.scopes.failed == 1 && plan.scopes.partial == 0 && plan.scopes.absent == 0`,
			`plan.rules["rule.r"].abort.uploads == 6 && plan.rules["rule.r"].listed == 9 && plan.rules["rule.r"].stopped`,
			`alltrue([for reason, n in plan.kept : n < 6])`,
		}, CheckResult{Status: CheckPassed}},
		{"one does not hold", []string{`plan.listed > 0`, `plan.abort.uploads < 7`}, CheckResult{Status: CheckFailed, Messages: []string{"7 uploads."}}},
		{"no value is not passed", []string{`plan.rules[format("rule.%d", plan.listed)].stopped`},
			CheckResult{Status: CheckError, Messages: []string{"condition has no value: invalid index: the given key does not identify an element in this collection value"}}},
		{"null is not passed", []string{`plan.listed > 0 ? null : true`}, CheckResult{Status: CheckError, Messages: []string{"condition has no value: its value is null"}}},
		{"failed goes before error", []string{`plan.listed > 0 ? null : true`, `plan.listed < 0 || plan.unread > 5`},
			CheckResult{Status: CheckFailed, Messages: []string{"condition has no value: its value is null", "7 uploads."}}},
	}
	for _, tt := range tests {
		if tt.name == "all figures" && !strings.Contains(strings.Join(languageNames(), " "), "alltrue") {
			tt.asserts = tt.asserts[:len(tt.asserts)-1]
		}
		tt.want.Address = "check.c"
		c := planCheckConfig(t, tt.asserts...)
		got := c.CheckPlan(facts)
		if len(got) != 1 || !reflect.DeepEqual(got[0], tt.want) {
			t.Errorf("%s: %+v, want %+v", tt.name, got, tt.want)
		}
		if again := c.CheckPlan(facts); !reflect.DeepEqual(got, again) {
			t.Errorf("%s: then %+v", tt.name, again)
		}
	}
	if got := (&Config{}).CheckPlan(facts); got != nil {
		t.Errorf("without a check: %+v", got)
	}
}

func languageNames() []string {
	var names []string
	for name := range languageFunctions() {
		names = append(names, name)
	}
	return names
}

func TestCheckPlan_AMessageWithoutAValueSaysSo(t *testing.T) {
	text := strings.Replace(whereRules("null"), "variable", "variable \"secret\" {\n  default = \"hunter2\"\n  sensitive = true\n}\nvariable", 1)
	for message, want := range map[string]string{
		`plan.listed > 0 ? null : "x"`:      "condition is false; error_message has no value: its value is null",
		`substr("ab", 0, plan.listed - 20)`: "condition is false; error_message has no value: it is empty",
		`plan.listed > 0 ? var.secret : ""`: hiddenValue,
	} {
		set, d := loadText(text + "check \"c\" {\n  assert {\n    condition = plan.listed > 20\n    error_message = " + message + "\n  }\n}\n")
		if d.HasErrors() {
			if !strings.Contains(message, "secret") {
				t.Error(plainText(t, d))
			}
			continue // refused when it is loaded: better still
		}
		got := mustResolve(t, set, d).CheckPlan(PlanFacts{Listed: 20})
		if len(got[0].Messages) != 1 || got[0].Messages[0] != want || got[0].Status != CheckFailed {
			t.Errorf("%s: %+v", message, got)
		}
	}
}

func TestCheckPlan_AMessageOfOneNumberIsAText(t *testing.T) {
	set, d := loadText(whereRules("null") + "check \"c\" {\n  assert {\n    condition     = plan.listed < 5\n    error_message = \"${plan.listed}\"\n  }\n}\n")
	got := mustResolve(t, set, d).CheckPlan(PlanFacts{Listed: 20})
	if len(got) != 1 || len(got[0].Messages) != 1 || got[0].Messages[0] != "20" {
		t.Errorf("got %+v", got)
	}
}
