package rules

import (
	"fmt"
	"strings"
	"testing"
)

// TestLoad_DeepTextIsRefused feeds every shape that makes HCL's parser, or a walk
// over its result, descend once per repetition. Parsing any of them would end the
// program.
func TestLoad_DeepTextIsRefused(t *testing.T) {
	const n, lines = 5000, 100_000 // a line has its own limit
	shapes := map[string]string{
		"brackets":             "a = " + strings.Repeat("[", n),
		"closed brackets":      "a = " + strings.Repeat("[", n) + strings.Repeat("]", n),
		"wrong closers":        "a = " + strings.Repeat("[)", n),
		"parentheses":          "a = " + strings.Repeat("(", n) + "1" + strings.Repeat(")", n),
		"objects":              "a = " + strings.Repeat("{a=", n),
		"objects over lines":   "a = " + strings.Repeat("{a=\n", lines),
		"blocks":               strings.Repeat("a {\n", lines),
		"calls":                "a = " + strings.Repeat("f(", n),
		"calls with arguments": "a = " + strings.Repeat("f(1,", n),
		"loops":                "a = " + strings.Repeat("[for x in ", n),
		"templates":            "a = " + strings.Repeat(`"${`, n),
		"heredocs":             "a = " + strings.Repeat("<<E\n${\n", lines),
		"template conditions":  `a = "` + strings.Repeat("%{if x}", n),
		"heredoc conditions":   "a = <<E\n" + strings.Repeat("%{if x}\n", lines),
		"negations":            "a = " + strings.Repeat("!", n) + "true",
		"minus signs":          "a = " + strings.Repeat("- ", n) + "1",
		"behind comments":      "a = " + strings.Repeat("!/**/", n) + "true",
		"over lines in a loop": "a = {for k, v in x : k => " + strings.Repeat("!\n", lines) + "v}",
		"over lines in parens": "a = (" + strings.Repeat("!\n", lines) + "true)",
		"over lines, comments": "a = (" + strings.Repeat("!#\n", lines) + "true)",
		"conditions":           "a = " + strings.Repeat("x ? y : ", n) + "z",
		"sums":                 "a = 1" + strings.Repeat("+1", n),
		"indexes":              "a = x" + strings.Repeat("[y]", n),
		"splats":               "a = x" + strings.Repeat("[*]", n),
		"attributes":           "a = x" + strings.Repeat(".y", n),
	}
	for name, text := range shapes {
		t.Run(name, func(t *testing.T) {
			text = text[:min(len(text), maxFileSize)]
			file := File{Name: "main.hcl", Bytes: []byte(text)}
			wantOnly(t, "Nested too deeply", func() Diagnostics {
				_, d := Load(Source{Rules: []File{file}}, Values{})
				return d
			})
			wantOnly(t, "Nested too deeply", func() Diagnostics {
				_, d := Format(file)
				return d
			})
		})
	}
}

// wantOnly wants one diagnostic with this summary.
func wantOnly(t *testing.T, summary string, load func() Diagnostics) {
	t.Helper()
	d := load()
	if len(d.list) != 1 || d.list[0].Summary != summary {
		t.Errorf("want only %q, got:\n%.2000s", summary, plainText(t, d))
	}
}

func TestLoad_LargeTextIsRefused(t *testing.T) {
	tests := map[string]struct{ text, summary string }{
		"10 MiB of brackets": {strings.Repeat("[", 10<<20), "File too large"},
		"long line":          {"# " + strings.Repeat("x", maxLineLength), "Line too long"},
		"digits":             {"a = " + strings.Repeat("9", maxDigits+1), "Number too long"},
		"exponent":           {"a = 1e-1000", "Number too long"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			wantOnly(t, tt.summary, func() Diagnostics { _, d := loadText(tt.text); return d })
		})
	}
}

// TestLoad_DeepValuesAreRefused gives the deep text to every way into a variable.
func TestLoad_DeepValuesAreRefused(t *testing.T) {
	deep := strings.Repeat("[", 10_000)
	src := Source{Rules: []File{{"main.hcl", []byte("variable \"x\" {\n  type = any\n  default = 1\n}\n" + smallRule)}}}
	for name, vals := range map[string]Values{
		"environment": {Env: []string{"OFFCUT_VAR_x=" + deep}},
		"flag":        {Flags: []string{"x=" + deep}},
		"file":        {Files: []File{{"x.vars.hcl", []byte("x = " + deep)}}},
	} {
		t.Run(name, func(t *testing.T) {
			_, d := Load(src, vals)
			if text := plainText(t, d); len(d.list) != 1 || !strings.Contains(text, "more than 250 levels") {
				t.Errorf("got %d messages:\n%.2000s", len(d.list), text)
			}
		})
	}
}

// TestLoad_WideTextIsFine holds that the limits do not hit what people write.
func TestLoad_WideTextIsFine(t *testing.T) {
	var text strings.Builder
	fmt.Fprintf(&text, "locals {\n  names = [\n")
	for i := range 2000 {
		fmt.Fprintf(&text, "    \"bucket-${%d + 1}-${lower(\"X\")}\", # one of many\n", i)
	}
	fmt.Fprintf(&text, "  ]\n  one_line = [%s]\n", strings.TrimSuffix(strings.Repeat("!true, ", 3000), ", "))
	fmt.Fprintf(&text, "  object = {\n%s  }\n}\n", manyLines(2000, "    key%d = { a = [%d], b = \"x\" } # why\n"))
	for i := range 500 {
		text.WriteString(strings.Replace(smallRule, `"r"`, fmt.Sprintf(`"r%d"`, i), 1))
	}
	set, d := loadText(text.String())
	if got := len(mustResolve(t, set, d).Rules); got != 500 {
		t.Errorf("%d rules", got)
	}
}

func manyLines(n int, line string) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, line, i, i)
	}
	return b.String()
}

// smallRule is a rule that loads.
const smallRule = `rule "r" {
  scan {
    buckets  = ["media"]
    prefixes = ["raw/"]
  }
  stale {
    older_than = "7d"
  }
}
`
