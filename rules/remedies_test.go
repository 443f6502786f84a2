package rules

import (
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/hcl/v2"
)

// TestLoad_EveryMessageSaysWhatToDo provokes the messages that come from the HCL
// libraries and wants ours behind each. A remedy that nothing provokes is dead.
func TestLoad_EveryMessageSaysWhatToDo(t *testing.T) {
	seen := map[string]bool{}
	for _, text := range unparsable() {
		seen[remedyOf(t, text)] = true
	}
	for _, expression := range withoutValue() {
		seen[remedyOf(t, "locals {\n  x = "+expression+"\n}\n"+smallRule)] = true
	}
	for _, expression := range []string{"1 2"} { // a file goes on in another way
		_, d := (&Set{}).Evaluate(expression)
		seen[remedyIn(t, expression, d)] = true
	}
	for summary := range maps.Keys(remedies()) {
		if !seen[summary] {
			t.Errorf("no text of this test provokes %q", summary)
		}
	}
}

// remedyOf loads a text with a mistake and returns the summary of the first message
// that has a remedy.
func remedyOf(t *testing.T, text string) string {
	t.Helper()
	_, d := loadText(text)
	return remedyIn(t, text, d)
}

// remedyIn is remedyOf for the messages d about a text.
func remedyIn(t *testing.T, text string, d Diagnostics) string {
	t.Helper()
	var summaries []string
	for _, diag := range d.list {
		remedy := remedies()[diag.Summary]
		if remedy != "" && strings.HasSuffix(diag.Detail, remedy) {
			return diag.Summary
		}
		summaries = append(summaries, diag.Summary+": "+diag.Detail)
	}
	t.Errorf("%q: no message says what to do: %q", text, slices.Compact(summaries))
	return ""
}

// unparsable are rule files that HCL cannot read.
func unparsable() []string {
	return []string{
		"rule\n", "rule =", "locals { a = 1, b = 2 }", "locals {\n a = 1\n a = 2\n}", "locals {\n \"a\" = 1\n}",
		"locals {\n a = 1\n", "locals { a = {\n b = 1\n", "locals = {\n}\nrule \"r\" = {\n}", "locals { a = 1\n b = 2 }",
		"locals {\n} locals {\n}", "locals {\n a = [1 2]\n}", "locals {\n a = { b = 1 c = 2 }\n}", "locals {\n a = { b, c = 1 }\n}",
		"locals {\n a = { b c }\n}", "locals {\n a = max(1 2)\n}", "locals {\n a = max([1]... 2)\n}", "locals {\n a = ns::max\n}",
		"locals {\n a = max(1, 2", "locals {\n a = [1, 2", "locals {\n a = (1", "locals {\n a = (1 2)\n}", "locals {\n a = ", "locals {\n a =\n}", "locals {\n a = true ? 1\n}",
		"locals {\n a = var.\n}", "locals {\n a = 1 ~ 2\n}", "locals {\n a = \"\xff\"\n}", "locals {\n a = \"b\n c\"\n}", "locals {\n a = \"b",
		"locals {\n a = \"\\q\"\n}", "rule \"${x}\" {\n}", "locals {\n a = [for]\n}", "locals {\n a = \"%{ for x }%{ endfor }\"\n}", "locals {\n a = \"%{ if true }\"\n}",
		"locals {\n a = \"${1\"\n}", "locals {\n a = \"%{ 1 }\"\n}", "locals {\n a = \"%{ whil }\"\n}", "locals {\n a = 1 & 2\n}", "locals {\n a = [1][]\n}",
		"locals {\n a = \"${1 2}\"\n}", "locals a", "locals {\n a = 1 ? : 2\n}", "locals {\n a b = 1\n}", "rule \"r",
		"locals {\n a = 'b'\n}", "variable \"a\" {\n default = var.b\n}", "locals {\n a = 1..2\n}", "locals { a", "variable \"a\" {\n type = strng\n}", "variable \"a\" {\n type = object({ b = optional(number, \"x\") })\n}",
	}
}

// withoutValue are expressions that can be read and have no value.
func withoutValue() []string {
	return []string{
		`upper("a", "b")`, `upper()`, `upper([])`, `1 + "a"`, `"a" ? 1 : 2`, `null ? 1 : 2`, `true ? ["a"] : 7`, `(true ? null : {a=1}).a`, `(true ? null : [1])[0]`,
		`[for x in null : x]`, `[for x in 7 : x]`, `"a${[1]}"`, `[1][7]`, `{ a = 1 }.b`, `{ for x in ["a", "a"] : x => x }`, `max(7...)`, `max(null...)`,
		`{ (null) = 1 }`, `{ ([1]) = 1 }`, `!null`, `[for x in [1] : x if null]`, `[for x in [1] : x if 7]`, `{for x in [1] : null => x}`,
	}
}

// TestLoad_EveryErrorOfTheBadFilesSaysWhatToDo wants an order in every error: a word
// such as "write" or "remove", or what may stand there.
func TestLoad_EveryErrorOfTheBadFilesSaysWhatToDo(t *testing.T) {
	order := regexp.MustCompile(`(?i)\b(write|add|remove|leave|rename|name|list|set|give|raise|lower|change|use|check|declare|break|close|put|move|split|begin|look|sign|make|save|convert|replace|ask|install|did you mean|it takes|allowed here)\b`)
	for _, path := range testFiles(t, "testdata/bad/*.hcl") {
		_, d := loadText(readTestFile(t, path))
		for _, diag := range d.list {
			if diag.Severity == hcl.DiagError && !order.MatchString(diag.Detail) {
				t.Errorf("%s: %s: %s", path, diag.Summary, diag.Detail)
			}
		}
	}
}
