package view

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// TestEveryTypeIsDocumented holds that doc.go names every type of JSON line.
func TestEveryTypeIsDocumented(t *testing.T) {
	doc, err := os.ReadFile("doc.go")
	if err != nil {
		t.Fatal(err)
	}
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	documented := map[string]bool{}
	for _, m := range regexp.MustCompile(`(?m)^//\t([a-z_]+(?:, [a-z_]+)*)  `).FindAllStringSubmatch(strings.ReplaceAll(string(doc), "   ", "  "), -1) {
		for _, name := range strings.Split(m[1], ", ") {
			documented[name] = true
		}
	}
	for _, name := range files {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range regexp.MustCompile(`kindOf\("([a-z_]+)"\)`).FindAllStringSubmatch(string(text), -1) {
			if !documented[m[1]] {
				t.Errorf("%s writes lines of the type %s, which doc.go does not tell of", name, m[1])
			}
		}
	}
}

// What is chosen is named up to a few, so that the table below stays in sight.
func TestPlanNamesAFewRules(t *testing.T) {
	p := sampleSource()
	p.Partial = true
	p.Acting = []string{`rule.a["b\"c"]`, "rule.d", "rule.e", "rule.f", "rule.g", "rule.h", "rule.i"}
	p.Disabled = []string{"rule.x"}
	var out strings.Builder
	if err := writePlan(&out, p, Options{}); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		`Note: only a part of the rules may act in this plan: rule.a["b\"c"], rule.d, rule.e, rule.f, rule.g and 2 more.`,
		"Note: 1 rule is disabled (enabled = false) and may not act: rule.x.",
	} {
		if !strings.Contains(out.String(), want+"\n") {
			t.Errorf("missing %q in\n%s", want, out.String())
		}
	}
}
