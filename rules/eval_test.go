package rules

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

// A functionCall is a call with its result as JSON.
type functionCall struct{ call, want string }

// functionCalls call every function of the language once, those that differ from
// cty's own more often.
func functionCalls() []functionCall {
	return []functionCall{
		{`abs(-2)`, `2`}, {`ceil(1.2)`, `2`}, {`floor(1.8)`, `1`}, {`log(8, 2)`, `3`}, {`max(1, 3, 2)`, `3`},
		{`min(2, 1)`, `1`}, {`parseint("ff", 16)`, `255`}, {`pow(2, 10)`, `1024`}, {`signum(-7)`, `-1`},
		{`chomp("a\n")`, `"a"`}, {`format("%s-%03d", "a", 7)`, `"a-007"`}, {`formatlist("%s/", ["a", "b"])`, `["a/","b/"]`},
		{`indent(2, "a\nb")`, `"a\n  b"`}, {`join(",", ["a", "b"])`, `"a,b"`}, {`lower("AB")`, `"ab"`},
		{`upper("ab")`, `"AB"`}, {`title("a b")`, `"A B"`}, {`regex("[0-9]+", "ab12")`, `"12"`},
		{`regexall("[0-9]", "a1b2")`, `["1","2"]`}, {`replace("a.b", ".", "-")`, `"a-b"`},
		{`replace("a1b22", "/[0-9]+/", "#")`, `"a#b#"`}, {`replace("ab", "/(a)(b)/", "$2$1")`, `"ba"`},
		{`split(",", "a,b")`, `["a","b"]`}, {`startswith("raw/a", "raw/")`, `true`}, {`endswith("a.mp4", ".mov")`, `false`},
		{`strrev("abc")`, `"cba"`}, {`substr("abcdef", 1, 3)`, `"bcd"`}, {`trim("xax", "x")`, `"a"`},
		{`trimprefix("raw/a", "raw/")`, `"a"`}, {`trimsuffix("a/", "/")`, `"a"`}, {`trimspace(" a ")`, `"a"`},
		{`formatdate("YYYY-MM", "2026-11-22T00:00:00Z")`, `"2026-11"`},
		{`timeadd("2026-11-22T00:00:00Z", "24h")`, `"2026-11-23T00:00:00Z"`},
		{`chunklist([1, 2, 3], 2)`, `[[1,2],[3]]`}, {`coalesce("", "b")`, `"b"`}, {`coalesce(null, 0, 1)`, `0`},
		{`coalescelist([], ["a"])`, `["a"]`}, {`compact(["a", ""])`, `["a"]`}, {`concat(["a"], ["b"])`, `["a","b"]`},
		{`contains(["a"], "a")`, `true`}, {`distinct(["a", "a"])`, `["a"]`}, {`element(["a", "b"], 3)`, `"b"`},
		{`flatten([["a"], [["b"]]])`, `["a","b"]`}, {`index(["a", "b"], "b")`, `1`}, {`keys({ b = 1, a = 2 })`, `["a","b"]`},
		{`length([1, 2])`, `2`}, {`length("媒体")`, `2`}, {`length({ a = 1 })`, `1`}, {`length(toset(["a", "a"]))`, `1`},
		{`lookup({ a = 1 }, "b", 7)`, `7`}, {`merge({ a = 1 }, { b = 2 })`, `{"a":1,"b":2}`}, {`range(3)`, `[0,1,2]`},
		{`reverse([1, 2])`, `[2,1]`}, {`setintersection(["a", "b"], ["b"])`, `["b"]`},
		{`setproduct(["a"], ["b"])`, `[["a","b"]]`}, {`setsubtract(["a", "b"], ["b"])`, `["a"]`},
		{`setunion(["a"], ["b"])`, `["a","b"]`}, {`slice(["a", "b", "c"], 1, 3)`, `["b","c"]`}, {`sort(["b", "a"])`, `["a","b"]`},
		{`values({ b = 1, a = 2 })`, `[2,1]`}, {`zipmap(["a"], [1])`, `{"a":1}`},
		{`can(tonumber("x"))`, `false`}, {`try(tonumber("x"), 5)`, `5`}, {`csvdecode("a,b\n1,2")`, `[{"a":"1","b":"2"}]`},
		{`jsondecode("[1]")`, `[1]`}, {`jsonencode({ a = 1 })`, `"{\"a\":1}"`}, {`tobool("true")`, `true`},
		{`tolist(toset(["b", "a"]))`, `["a","b"]`}, {`tomap({ a = 1 })`, `{"a":1}`}, {`tonumber("7")`, `7`},
		{`toset(["a", "a"])`, `["a"]`}, {`tostring(7)`, `"7"`},
		{`bytes("1KiB")`, `1024`}, {`bytes("5TiB")`, `5497558138880`}, {`duration("7d")`, `604800`}, {`duration("1d12h")`, `129600`},
		{`glob("raw/**", "raw/a/b")`, `true`}, {`glob("raw/*", "raw/a/b")`, `false`},
		{`issensitive(sensitive("a"))`, `true`}, {`issensitive("a")`, `false`},
		{`sensitive("a") == nonsensitive(sensitive("a"))`, `true`}, {`nonsensitive(sensitive([1]))`, `[1]`}, {`nonsensitive("a")`, `"a"`},
	}
}

func TestFunctions(t *testing.T) {
	called := map[string]bool{}
	for _, tt := range functionCalls() {
		name, _, _ := strings.Cut(tt.call, "(")
		called[name] = true
		t.Run(tt.call, func(t *testing.T) {
			set, d := Load(rulesWith("", "jsonencode(nonsensitive("+tt.call+"))"), Values{})
			if got := mustResolve(t, set, d).Rules[0].Description; got != tt.want {
				t.Errorf("%s is %s, want %s", tt.call, got, tt.want)
			}
		})
	}
	for name := range languageFunctions() {
		if !called[name] {
			t.Errorf("%s is not tried", name)
		}
	}
}

func TestFunctions_BadArguments(t *testing.T) {
	tests := []struct{ call, want string }{
		{`index(["a"], "b")`, `the list does not hold this value`},
		{`index("a", "b")`, `index searches a list`},
		{`length(7)`, `length takes a string, a list, a map or an object`},
		{`replace("a", "/(/", "")`, `missing closing )`},
		{`indent(-1, "a\nb")`, `must be a whole number from 0 to 1000`},
		{`indent(1000000000, "a\nb")`, `must be a whole number from 0 to 1000`},
		{`format("%1000000000d", 1)`, `width or precision of more than 999`},
		{`format("%-01.1000f", 1)`, `width or precision of more than 999`},
		{`formatlist("%9999s", ["a"])`, `width or precision of more than 999`},
		{`coalesce("", null)`, `no argument has a value`},
		{`duration("x")`, `no number before`},
		{`bytes("1")`, `has no unit`},
		{`glob("[a]", "a")`, `classes, alternatives and negation are not taken`},
		{`now()`, `no function reads the clock, the environment or a file`},
		{`env("HOME")`, `no function reads the clock, the environment or a file`},
		{`starts_with("a", "a")`, `Did you mean "startswith"?`},
	}
	for _, tt := range tests {
		t.Run(tt.call, func(t *testing.T) {
			_, d := Load(rulesWith("", "jsonencode("+tt.call+")"), Values{})
			if text := plainText(t, d); len(d.list) != 1 || !strings.Contains(text, tt.want) {
				t.Errorf("got %d messages:\n%s", len(d.list), text)
			}
		})
	}
}

// TestLoad_OneMistakeOneMessage holds that what depends on a bad value is not
// reported again.
func TestLoad_OneMistakeOneMessage(t *testing.T) {
	older := func(declarations, expression string) string {
		return declarations + strings.Replace(smallRule, `"7d"`, expression, 1)
	}
	tests := map[string]string{
		"variable without value": older("variable \"x\" {\n}\n", `var.x`),
		"variable of bad type":   older("variable \"x\" {\n  type = nope\n  default = \"7\"\n}\n", `"${var.x}d"`),
		"bad default":            older("variable \"x\" {\n  type = number\n  default = \"a\"\n}\n", `upper(var.x)`),
		"bad local":              older("locals {\n  a = 1 + \"x\"\n  b = local.a\n}\n", `local.b`),
		"locals in a circle":     older("locals {\n  a = local.b\n  b = local.a\n}\n", `local.b`),
		"misspelled block":       strings.Replace(smallRule, "stale {", "stael {", 1),
		"misspelled prefixes":    strings.Replace(smallRule, "prefixes", "prefixs", 1),
	}
	for name, text := range tests {
		t.Run(name, func(t *testing.T) {
			if _, d := loadText(text); len(d.list) != 1 {
				t.Errorf("got %d messages:\n%s", len(d.list), plainText(t, d))
			}
		})
	}
}

// TestLoad_BrokenFileHidesItsDeclarations holds that what a file with a syntax
// error may declare is not called undeclared, while the mistakes of the other
// files are still told.
func TestLoad_BrokenFileHidesItsDeclarations(t *testing.T) {
	broken := File{"broken.hcl", []byte("offcut {\n  minimum_age = \"1h\"\n}\nprovider \"s3\" {\nvariable \"x\" {\n")}
	good := File{"good.hcl", []byte(`
locals {
  lost = "${local.y}${var.x}"
}
rule "r" {
  provider = s3.minio
  schedule = "never"
  scan {
    buckets      = [var.x, local.lost]
    whole_bucket = true
  }
  stale {
    older_than = "2h"
  }
}
`)}
	vals := Values{Flags: []string{"x=1"}, Files: []File{{"v.vars.hcl", []byte("x = 1\n")}}}
	_, d := Load(Source{Rules: []File{broken, good}}, vals)
	got := headsOf(d)
	if len(got) != 2 || !strings.HasPrefix(got[0], "ERROR: broken.hcl:") || got[1] != "ERROR: good.hcl:7,14: Invalid schedule: " {
		t.Errorf("got:\n%s", plainText(t, d))
	}
}

func TestSatisfies(t *testing.T) {
	tests := []struct {
		have, want string
		ok         bool
	}{
		{"0.1.0", "0.1", true}, {"0.1.0", "= 0.1.0", true}, {"0.1.1", "0.1", false},
		{"0.1.0", ">= 0.1", true}, {"0.1.0", ">0.1", false}, {"0.1.1", "> 0.1", true}, {"0.2.0", "<= 0.1.9", false},
		{"0.1.0", "< 1", true}, {"1.0.0", "< 1", false}, {"0.1.0", "!= 0.1.0", false}, {"0.1.0", "!= 0.2", true},
		{"0.1.0", "~> 0.1", true}, {"0.9.3", "~> 0.1", true}, {"1.0.0", "~> 0.1", false},
		{"0.1.7", "~> 0.1.2", true}, {"0.1.1", "~> 0.1.2", false}, {"0.2.0", "~> 0.1.2", false},
		{"1.9.0", "~> 1", true}, {"2.0.0", "~> 1", false}, {"0.10.0", "> 0.9", true},
		{"0.1.0", ">= 0.1, < 0.2", true}, {"0.2.0", ">= 0.1, < 0.2", false},
	}
	for _, tt := range tests {
		if ok, err := satisfies(tt.have, tt.want); err != nil || ok != tt.ok {
			t.Errorf("%s satisfies %q: %v, %v", tt.have, tt.want, ok, err)
		}
	}
	for _, bad := range []string{"", "x", ">=", ">= 0.1,", "0.1.0.0", "=> 1", "1.-1", "v1", "~ 1", "> 99999999"} {
		if _, err := satisfies("0.1.0", bad); err == nil {
			t.Errorf("%q is taken", bad)
		}
	}
}

// TestResolve_IsStable holds that a Set keeps its meaning.
func TestResolve_IsStable(t *testing.T) {
	set, d := loadText(smallRule)
	first, second := mustResolve(t, set, d), mustResolve(t, set, Diagnostics{})
	if first != second || first.Rules[0].Stale.OlderThan != 7*24*time.Hour {
		t.Errorf("%+v and %+v", first, second)
	}
}

// TestLoad_LongCircleIsShortened holds that a circle through thousands of locals
// still gives a message that can be read.
func TestLoad_LongCircleIsShortened(t *testing.T) {
	const n = 5000
	var text strings.Builder
	text.WriteString("locals {\n")
	for i := range n {
		fmt.Fprintf(&text, "  l%04d = local.l%04d\n", i, (i+1)%n)
	}
	text.WriteString("}\n" + smallRule)
	_, d := loadText(text.String())
	got := plainText(t, d)
	if len(d.list) != 1 || len(got) > 1000 || !strings.Contains(got, "local.l0000 -> local.l0001") || !strings.Contains(got, "-> ... -> local.l4991") {
		t.Errorf("%d messages:\n%.2000s", len(d.list), got)
	}
}

// TestLoad_ManyUndeclaredNames holds that thousands of names do not multiply with
// thousands of references.
func TestLoad_ManyUndeclaredNames(t *testing.T) {
	var text strings.Builder
	text.WriteString("locals {\n")
	for i := range 3000 {
		fmt.Fprintf(&text, "  declared_by_name_%d = local.undeclared_by_name_%d\n", i, i)
	}
	_, d := loadText(text.String() + "}\n" + smallRule)
	if errors, _ := d.Counts(); errors != 3000 {
		t.Fatalf("%d errors", errors)
	}
	suggested := 0
	for _, diag := range d.list {
		if strings.Contains(diag.Detail, "Declared: ") {
			suggested++
		}
	}
	if suggested != maxShown {
		t.Errorf("%d messages list the names that are declared", suggested)
	}
}
