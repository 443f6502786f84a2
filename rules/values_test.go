package rules

import (
	"strings"
	"testing"
)

// rulesWith is a rule set with the variable declaration and a rule that puts the
// variable's value into its description.
func rulesWith(declaration, description string) Source {
	rule := strings.Replace(smallRule, "{\n", "{\n  description = "+description+"\n", 1)
	return Source{Rules: []File{{"main.hcl", []byte(declaration + "\n" + rule)}}}
}

func TestLoad_LaterValuesWin(t *testing.T) {
	env := []string{"OFFCUT_VAR_x=env"}
	main, auto := File{"offcut.vars.hcl", []byte(`x = "main"`)}, File{"a.auto.vars.hcl", []byte(`x = "auto"`)}
	file1, file2 := File{"1.vars.hcl", []byte(`x = "file1"`)}, File{"2.vars.hcl", []byte(`x = "file2"`)}
	tests := []struct {
		want string
		vars []File
		vals Values
	}{
		{"default", nil, Values{Env: []string{"OFFCUT_VAR_y=1", "x=2", "TF_VAR_x=3", "OFFCUT_VAR_x"}}},
		{"env", nil, Values{Env: env}},
		{"main", []File{main}, Values{Env: env}},
		{"auto", []File{main, auto}, Values{Env: env}},
		{"file1", []File{main, auto}, Values{Env: env, Files: []File{file1}}},
		{"file2", []File{main, auto}, Values{Env: env, Files: []File{file1, file2}}},
		{"flag", []File{main, auto}, Values{Env: env, Files: []File{file1, file2}, Flags: []string{"x=first", "x=flag"}}},
		{"a=b", nil, Values{Flags: []string{"x=a=b"}}},
	}
	for _, tt := range tests {
		t.Run(tt.want, func(t *testing.T) {
			src := rulesWith("variable \"x\" {\n  default = \"default\"\n}", "var.x")
			src.Vars = tt.vars
			set, d := Load(src, tt.vals)
			if got := mustResolve(t, set, d).Rules[0].Description; got != tt.want {
				t.Errorf("var.x is %q, want %q", got, tt.want)
			}
		})
	}
}

// TestLoad_TextsBecomeValues covers what comes from a shell: only a variable of
// another type than string is read as an expression.
func TestLoad_TextsBecomeValues(t *testing.T) {
	tests := []struct{ declared, text, expression, want string }{
		{``, `["a"]`, `var.x`, `["a"]`},
		{`type = string`, `["a"]`, `var.x`, `["a"]`},
		{`type = string`, `7`, `var.x`, `7`},
		{`type = string`, ``, `"<${var.x}>"`, `<>`},
		{`type = number`, `7`, `tostring(var.x + 1)`, `8`},
		{`type = bool`, `true`, `var.x ? "yes" : "no"`, `yes`},
		{`type = list(string)`, `["a", "b"]`, `join("+", var.x)`, `a+b`},
		{`type = any`, `{ a = 1 }`, `jsonencode(var.x)`, `{"a":1}`},
		{"type = object({ a = optional(string, \"std\"), b = number })", `{ b = 1 }`, `"${var.x.a}${var.x.b}"`, `std1`},
		{"default = \"std\"\n  nullable = false\n  type = any", `null`, `var.x`, `std`},
		{"default = \"std\"\n  type = any", `null`, `var.x == null ? "null" : "set"`, `null`},
		{`type = list(number)`, `["1", 2]`, `jsonencode(var.x)`, `[1,2]`},
	}
	for _, tt := range tests {
		t.Run(tt.declared+" "+tt.text, func(t *testing.T) {
			src := rulesWith("variable \"x\" {\n  "+tt.declared+"\n}", tt.expression)
			for _, vals := range []Values{{Flags: []string{"x=" + tt.text}}, {Env: []string{"OFFCUT_VAR_x=" + tt.text}}} {
				set, d := Load(src, vals)
				if got := mustResolve(t, set, d).Rules[0].Description; got != tt.want {
					t.Errorf("%+v gives %q, want %q", vals, got, tt.want)
				}
			}
		})
	}
}

func TestLoad_BadValues(t *testing.T) {
	const list = "variable \"x\" {\n  type = list(number)\n}"
	tests := map[string]struct {
		declaration string
		vars        string
		vals        Values
		want        string // "severity: place: summary: part of the detail"
	}{
		"flag, undeclared": {list, `x = []`, Values{Flags: []string{"z=1"}},
			`ERROR: nowhere: Value for undeclared variable: -var sets "z", but no rule file declares`},
		"flag, near miss": {list, `x = []`, Values{Flags: []string{"X=1"}},
			`ERROR: nowhere: Value for undeclared variable: Did you mean "x"?`},
		"flag, no value": {list, `x = []`, Values{Flags: []string{"x"}},
			`ERROR: nowhere: Invalid -var: no equals sign`},
		"flag, no expression": {list, ``, Values{Flags: []string{"x=[1"}},
			`ERROR: nowhere: Invalid value for a variable: -var x gives to var.x cannot be read`},
		"flag, reference": {list, ``, Values{Flags: []string{"x=[var.y]"}},
			`ERROR: nowhere: Invalid value for a variable: Variables may not be used here`},
		"flag, type": {list, ``, Values{Flags: []string{`x=["a"]`}},
			`ERROR: nowhere: Invalid value for a variable: -var x is not suitable for var.x, declared at main.hcl:1: [0]: a number is required.`},
		"environment, type": {list, ``, Values{Env: []string{`OFFCUT_VAR_x=true`}},
			`ERROR: nowhere: Invalid value for a variable: The environment variable OFFCUT_VAR_x is not suitable for var.x`},
		"file, type": {list, "\nx = [1, \"a\"]", Values{},
			`ERROR: offcut.vars.hcl:2,5: Invalid value for a variable: [1]: a number is required.`},
		"file, undeclared": {list, "x = []\nxx = 1", Values{},
			`WARNING: offcut.vars.hcl:2,1: Value for undeclared variable: Did you mean "x"?`},
		"file, reference": {list, `x = [local.y]`, Values{},
			`ERROR: offcut.vars.hcl:1,6: Variables not allowed: `},
		"file, function": {list, `x = [abs(1)]`, Values{},
			`ERROR: offcut.vars.hcl:1,6: Function calls not allowed: `},
		"file, block": {list, "x = []\nrule \"r\" {\n}", Values{},
			`ERROR: offcut.vars.hcl:2,1: Unsupported block: holds only lines`},
		"file, syntax": {list, "x = [\n", Values{Flags: []string{"x=[]"}},
			`ERROR: offcut.vars.hcl:2,1: Missing expression: `},
		"null": {"variable \"x\" {\n  nullable = false\n  type = any\n}", `x = null`, Values{},
			`ERROR: offcut.vars.hcl:1,5: Invalid value for a variable: nullable = false`},
		"flag, no name": {list, `x = []`, Values{Flags: []string{"=1"}},
			`ERROR: nowhere: Invalid -var: -var "=1" has no name before its equals sign`},
		"flag, no number": {"variable \"x\" {\n  type = number\n}", ``, Values{Flags: []string{"x=abc"}},
			`ERROR: nowhere: Invalid value for a variable: cannot be read: it must be a number, such as 7.`},
		"flag, no bool": {"variable \"x\" {\n  type = bool\n}", ``, Values{Flags: []string{"x=yes"}},
			`ERROR: nowhere: Invalid value for a variable: cannot be read: it must be true or false.`},
		"flag, no map": {"variable \"x\" {\n  type = map(string)\n}", ``, Values{Flags: []string{"x=a"}},
			`ERROR: nowhere: Invalid value for a variable: Maps are written as '{ a = "b" }'`},
		"file, syntax, no other value": {list, "x = [\n", Values{},
			`ERROR: offcut.vars.hcl:2,1: Missing expression: `},
		"the last is bad": {list, `x = []`, Values{Flags: []string{"x=[1]", "x=[true]"}},
			`ERROR: nowhere: Invalid value for a variable: element 0: number required`},
		"nothing": {list, ``, Values{},
			`ERROR: main.hcl:1,1: No value for a required variable: -var 'x=...'`},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			src := rulesWith(tt.declaration, `jsonencode(var.x)`)
			src.Vars = []File{{"offcut.vars.hcl", []byte(tt.vars)}}
			_, d := Load(src, tt.vals)
			if len(d.list) != 1 {
				t.Fatalf("want one message, got:\n%s", plainText(t, d))
			}
			head, part := tt.want[:strings.LastIndex(tt.want, ": ")+2], tt.want[strings.LastIndex(tt.want, ": ")+2:]
			if i := strings.Index(tt.want, d.list[0].Summary+": "); i >= 0 {
				head, part = tt.want[:i+len(d.list[0].Summary)+2], tt.want[i+len(d.list[0].Summary)+2:]
			}
			if got := headOf(d.list[0]); got != head || !strings.Contains(d.list[0].Detail, part) {
				t.Errorf("got %s%s\nwant %s", got, d.list[0].Detail, tt.want)
			}
		})
	}
}

// TestLoad_OverriddenValuesDoNotMatter holds that a value which is not used is no
// reason for an error.
func TestLoad_OverriddenValuesDoNotMatter(t *testing.T) {
	src := rulesWith("variable \"x\" {\n  type = number\n}", `tostring(var.x)`)
	src.Vars = []File{{"offcut.vars.hcl", []byte(`x = "none"`)}}
	set, d := Load(src, Values{Env: []string{"OFFCUT_VAR_x=bad"}, Flags: []string{"x=worse", "x=[]", "x=7"}})
	if got := mustResolve(t, set, d).Rules[0].Description; got != "7" || len(d.list) != 0 {
		t.Errorf("var.x is %q: %s", got, plainText(t, d))
	}
}

// TestLoad_UndeclaredEnvironmentIsSilent holds that a shell full of settings for
// other rule sets is no reason for a message.
func TestLoad_UndeclaredEnvironmentIsSilent(t *testing.T) {
	_, d := Load(rulesWith("", `"x"`), Values{Env: []string{"OFFCUT_VAR_other=1", "OFFCUT_VAR_=2"}})
	if len(d.list) != 0 {
		t.Errorf("got:\n%s", plainText(t, d))
	}
}
