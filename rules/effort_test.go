package rules

import (
	"fmt"
	"strings"
	"testing"
)

// TestLoad_WhatMultipliesIsRefused gives short rules whose values would fill any
// memory, or take for ever. Each must end with its message, and soon.
func TestLoad_WhatMultipliesIsRefused(t *testing.T) {
	var laugh strings.Builder
	laugh.WriteString("  a0 = \"0123456789\"\n")
	for i := range 40 {
		fmt.Fprintf(&laugh, "  a%d = \"${local.a%d}${local.a%d}\"\n", i+1, i, i)
	}
	list := "  l = [" + strings.Repeat("1, ", 2000) + "]\n"
	big := "  b = \"" + strings.Repeat("x", 60000) + "\"\n"
	for name, tt := range map[string]struct{ locals, want string }{
		"texts that double":   {laugh.String(), "Values too large"},
		"loops in loops":      {list + "  a = [for x in local.l : [for y in local.l : [for z in local.l : z if z > 5]]]\n", "Values too large"},
		"a text in loops":     {list + big + "  a = join(\"\", [for x in local.l : [for y in local.l : \"${local.b}\"]]...)\n", "Values too large"},
		"copies in one text":  {big + "  a = join(\"\", [" + strings.Repeat("local.b, ", 3000) + "])\n", "Values too large"},
		"loops inside a try":  {list + "  a = try([for x in local.l : [for y in local.l : [for z in local.l : z]]], 1)\n", "Values too large"},
		"loops in a key":      {list + "  a = { (join(\"\", [for x in local.l : join(\"\", [for y in local.l : join(\"\", [for z in local.l : \"z\"])])])) = 1 }\n", "Values too large"},
		"loops of a template": {list + "  a = \"%{for x in local.l}%{for y in local.l}%{for z in local.l}z%{endfor}%{endfor}%{endfor}\"\n", "Values too large"},
		"setproduct":          {"  a = setproduct(range(1000), range(1000), range(100))\n", "Error in function call"},
		"join":                {list + big + "  a = join(local.b, [for x in local.l : \"\"])\n", "Error in function call"},
		"replace":             {big + "  a = replace(local.b, \"x\", local.b)\n", "Error in function call"},
		"replace by pattern":  {big + "  a = replace(local.b, \"/x/\", local.b)\n", "Error in function call"},
		"format":              {big + "  a = format(\"" + strings.Repeat("%[1]s", 1000) + "\", local.b)\n", "Error in function call"},
		"formatlist":          {list + big + "  a = formatlist(\"" + strings.Repeat("%[1]s", 1000) + "%v\", local.b, local.l)\n", "Error in function call"},
		"indent":              {"  a = indent(1000, \"" + strings.Repeat("\\n", 10000) + "\")\n", "Error in function call"},
		"regexall":            {big + "  a = regexall(\"" + strings.Repeat("(", 100) + "x" + strings.Repeat(")", 100) + "\", local.b)\n", "Error in function call"},
		"distinct":            {list + "  a = distinct(concat(local.l, local.l, local.l))\n", "Error in function call"},
		"power of powers":     {"  a = 1e999 * 1e999\n  t = \"${local.a}\"\n", "Number too large"},
		"text to a number":    {"  a = \"${tonumber(\"1e999999999\")}\"\n", "Number too large"},
		"text as a number":    {"  a = \"${\"1e999999999\" + 0}\"\n", "Number too large"},
		"JSON":                {"  a = \"${jsondecode(\"1e999999999\")}\"\n", "Number too large"},
		"tiny number":         {"  a = \"${tonumber(\"1e-9999999\")}\"\n", "Number too large"},
		"division by zero":    {"  a = 1 / 0\n", "Division by zero"},
		"rest of infinity":    {"  a = (1 / 0) % 3\n", "Division by zero"},
		"no logarithm":        {"  a = log(0, 0)\n", "Error in function call"},
		"nor this one":        {"  a = log(-1, 2)\n", "Error in function call"},
	} {
		t.Run(name, func(t *testing.T) {
			_, d := loadText("locals {\n" + tt.locals + "}\n" + smallRule)
			var found bool
			for _, diag := range d.list {
				found = found || diag.Summary == tt.want
				if strings.Contains(diag.Detail, "goroutine") || strings.Contains(diag.Detail, "panic") {
					t.Errorf("a trace of Go: %s", diag.Detail)
				}
			}
			if !found {
				t.Errorf("%q is not among %q", tt.want, headsOf(d))
			}
		})
	}
}

func TestVariables_NumbersAreBounded(t *testing.T) {
	const declared = "variable \"n\" {\n  type = number\n  default = \"1e99999999\"\n}\n"
	_, d := loadText(declared + smallRule)
	if got := headsOf(d); len(got) != 1 || !strings.Contains(got[0], "Invalid default value") {
		t.Errorf("got %q", got)
	}
	_, d = Load(Source{Rules: []File{{"main.hcl", []byte(strings.Replace(declared, "1e99999999", "1", 1) + smallRule)}}},
		Values{Flags: []string{"n=\"1e99999999\""}})
	if got := headsOf(d); len(got) != 1 || !strings.Contains(got[0], "Invalid value for a variable") {
		t.Errorf("got %q", got)
	}
}

// TestExpressions_MeanTheSameCounted evaluates every kind of expression.
func TestExpressions_MeanTheSameCounted(t *testing.T) {
	const text = `locals {
  l = ["a", "b"]
  o = { a = 1, "b" = 2, (local.l[0] == "a" ? "c" : "d") = 3, "${local.l[1]}x" = [for s in local.l : { n = s }] }
  t = "%{ for k, v in { x = 1 } }${k}${v}%{ endfor }${join(",", local.o.bx[*].n)}-${(-1 + 3) * 2}${!true}"
  g = { for s in concat(local.l, ["a"]) : s => s... if s != "z" }
  h = try(local.o.nope, can(local.o.a) ? "yes" : "no")
  i = [for s in local.l : upper(s)][1]
  n = [null, toset([1, "a", null]), [null], { n = null }, tolist([]), true ? null : "x"]
}
`
	set, d := loadText(text + strings.Replace(smallRule, `["raw/"]`, `["${local.t}/${join("", local.g["a"])}/${local.h}/${local.i}/${local.o.c}/"]`, 1))
	if got := mustResolve(t, set, d).Rules[0].Scan.Prefixes[0]; got != "x1a,b-4false/aa/yes/B/3/" {
		t.Errorf("got %q", got)
	}
}

// TestLoad_AWhereThatMultipliesIsRefused holds it for the last expression of all, which
// nothing comes after that could notice.
func TestLoad_AWhereThatMultipliesIsRefused(t *testing.T) {
	_, d := loadText(whereRules(`length([for a in range(1000) : [for b in range(1000) : "${upload.key}${a}${b}"]]) > 0`))
	if heads := headsOf(d); len(heads) != 1 || !strings.Contains(heads[0], "Values too large") {
		t.Errorf("%q", heads)
	}
}
