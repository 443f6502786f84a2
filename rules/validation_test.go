package rules

import (
	"strings"
	"testing"
)

// TestValidation_PointsAtTheValue holds that a value that a validation refuses is named
// where it stands, or by what gave it.
func TestValidation_PointsAtTheValue(t *testing.T) {
	const declared = "variable \"x\" {\n  default = \"bad\"\n  validation {\n    condition     = var.x == \"good\"\n    error_message = \"x is ${var.x}.\"\n  }\n}"
	const checked = " This was checked by the validation of var.x at main.hcl:3: change the value, or that block."
	for name, tt := range map[string]struct {
		vars string
		vals Values
		want string
	}{
		"default":     {"", Values{}, "ERROR: main.hcl:2,13: Invalid value for a variable: x is bad." + checked},
		"file":        {"\nx = \"worse\"", Values{}, "ERROR: offcut.vars.hcl:2,5: Invalid value for a variable: x is worse." + checked},
		"environment": {"", Values{Env: []string{"OFFCUT_VAR_x=env"}}, "ERROR: main.hcl:1,1: Invalid value for a variable: x is env. The value comes from the environment variable OFFCUT_VAR_x." + checked},
		"flag":        {"x = \"worse\"", Values{Flags: []string{"x=flag"}}, "ERROR: main.hcl:1,1: Invalid value for a variable: x is flag. The value comes from -var x." + checked},
	} {
		t.Run(name, func(t *testing.T) {
			src := rulesWith(declared, "var.x")
			src.Vars = []File{{"offcut.vars.hcl", []byte(tt.vars)}}
			_, d := Load(src, tt.vals)
			if len(d.list) != 1 || headOf(d.list[0])+d.list[0].Detail != tt.want {
				t.Errorf("got:\n%s\nwant %s", plainText(t, d), tt.want)
			}
			if !strings.Contains(plainText(t, d), "with var.x as \"") {
				t.Errorf("the value is not told:\n%s", plainText(t, d))
			}
		})
	}
	src := rulesWith(declared, "var.x")
	set, d := Load(src, Values{Flags: []string{"x=good"}})
	if mustResolve(t, set, d); len(d.list) != 0 {
		t.Errorf("a good value:\n%s", plainText(t, d))
	}
}

// TestValidation_BadValueOneMessage holds that what is wrong with a value already is not
// said by its validations again.
func TestValidation_BadValueOneMessage(t *testing.T) {
	const rest = "  type = number\n  validation {\n    condition     = var.x > 0 && var.x < local.most\n    error_message = \"${var.x}?\"\n  }\n}\nlocals {\n  most = 7\n}\n"
	for name, tt := range map[string]struct {
		text string
		vals Values
	}{
		"no value":   {"variable \"x\" {\n" + rest, Values{}},
		"wrong type": {"variable \"x\" {\n" + rest, Values{Flags: []string{"x=a"}}},
		"bad local":  {"variable \"x\" {\n  default = 1\n" + strings.Replace(rest, "7", "\"a\" + 1", 1), Values{}},
	} {
		t.Run(name, func(t *testing.T) {
			if _, d := Load(sourceOf(tt.text+smallRule), tt.vals); len(d.list) != 1 {
				t.Errorf("got:\n%s", plainText(t, d))
			}
		})
	}
}

// TestVariable_NullTakesTheDefault holds that with nullable = false a null means the
// default, and not the value that it wins over.
func TestVariable_NullTakesTheDefault(t *testing.T) {
	src := rulesWith("variable \"x\" {\n  type = number\n  nullable = false\n  default = 1\n}", "tostring(var.x)")
	set, d := Load(src, Values{Env: []string{"OFFCUT_VAR_x=5"}, Flags: []string{"x=null"}})
	if got := mustResolve(t, set, d).Rules[0].Description; got != "1" {
		t.Errorf("var.x is %s", got)
	}
	src = rulesWith("variable \"x\" {\n  type = number\n  nullable = false\n}", "tostring(var.x)")
	if _, d = Load(src, Values{Env: []string{"OFFCUT_VAR_x=5"}, Flags: []string{"x=null"}}); !d.HasErrors() {
		t.Error("a null without a default is taken")
	}
}

// TestVariable_OptionalAttributes holds that defaults apply at every depth, to what is
// left out and to what is null, as in Terraform.
func TestVariable_OptionalAttributes(t *testing.T) {
	const declared = `variable "x" {
  type = object({
    a = optional(string, "std")
    b = optional(object({ c = optional(number, 7), d = optional(list(string), ["e"]) }), {})
    f = optional(map(object({ g = optional(bool, true), h = string })), {})
    i = optional(list(object({ j = optional(string) })))
    k = optional(tuple([object({ l = optional(number, 1) })]))
  })
}`
	for text, want := range map[string]string{
		`{}`:           `{"a":"std","b":{"c":7,"d":["e"]},"f":{},"i":null,"k":null}`,
		`{ a = null }`: `{"a":"std","b":{"c":7,"d":["e"]},"f":{},"i":null,"k":null}`,
		`{ b = null }`: `{"a":"std","b":{"c":7,"d":["e"]},"f":{},"i":null,"k":null}`,
		`{ b = { c = null, d = [] }, f = { x = { h = "y" } } }`: `{"a":"std","b":{"c":7,"d":[]},"f":{"x":{"g":true,"h":"y"}},"i":null,"k":null}`,
		`{ i = [{}, { j = "z" }], k = [{}], more = 1 }`:         `{"a":"std","b":{"c":7,"d":["e"]},"f":{},"i":[{"j":null},{"j":"z"}],"k":[{"l":1}]}`,
	} {
		set, d := Load(rulesWith(declared, "jsonencode(var.x)"), Values{Flags: []string{"x=" + text}})
		if got := mustResolve(t, set, d).Rules[0].Description; got != want {
			t.Errorf("%s is %s, want %s", text, got, want)
		}
	}
	for _, text := range []string{`{ f = { x = {} } }`, `{ b = { c = "a" } }`, `{ k = [] }`, `null.a`, `[]`} {
		if _, d := Load(rulesWith(declared, "jsonencode(var.x)"), Values{Flags: []string{"x=" + text}}); len(d.list) != 1 {
			t.Errorf("%s:\n%s", text, plainText(t, d))
		}
	}
}

// Whoever gave a wrong -var is told of the flag, and not of the files.
func TestDiagnostics_TellMistakesInFlagsFromThoseInFiles(t *testing.T) {
	const declared = "variable \"n\" {\n  type = number\n  default = 7\n  validation {\n    condition = var.n > 5\n    error_message = \"Too small.\"\n  }\n}\nlocals {\n  m = \"${var.n}d\"\n}\n"
	text := declared + strings.Replace(smallRule, `"7d"`, "local.m", 1)
	for flag, want := range map[string]bool{"n=1": true, "n=x": true, "n=[]": true, "n": true, "m=7": true, "=7": true, "n=99": false, "n=7": false} {
		_, d := Load(Source{Rules: []File{{Name: "main.hcl", Bytes: []byte(text)}}}, Values{Flags: []string{flag}})
		if d.InFlags() != want {
			t.Errorf("-var %s: %v, want %v: %v", flag, d.InFlags(), want, d.list)
		}
	}
}
