package rules

import (
	"bytes"
	"fmt"
	"regexp"
	"strings"
	"testing"
)

// hush is the secret of the tests: no output may hold it, in whatever case.
const hush = "HUSHhush7"

// allOutput is everything that diagnostics can be written as.
func allOutput(t *testing.T, d Diagnostics) string {
	t.Helper()
	var j, colour bytes.Buffer
	if err := d.WriteJSON(&j); err != nil {
		t.Fatal(err)
	}
	if err := d.WriteText(&colour, 60, true); err != nil {
		t.Fatal(err)
	}
	return plainText(t, d) + colour.String() + j.String()
}

func wantNoSecret(t *testing.T, out string) {
	t.Helper()
	if strings.Contains(strings.ToLower(out), strings.ToLower(hush)) {
		t.Errorf("the secret is shown:\n%s", out)
	}
}

// TestSensitive_NoMessageShowsTheValue provokes every kind of message about a sensitive
// value, wherever it came from.
func TestSensitive_NoMessageShowsTheValue(t *testing.T) {
	const declared = "variable \"s\" {\n  sensitive = true\n  type = TYPE\n}\n"
	expressions := []string{
		`var.s`, `parseint(var.s, 10)`, `upper(var.s)`, `duration(lower(var.s))`, `regex(var.s, "a")`, `timeadd(var.s, "1h")`,
		`formatdate("YYYY", var.s)`, `jsondecode("{${var.s}")`, `glob("[${var.s}]", "a")`, `bytes(var.s)`, `index([1], var.s)`,
		`{ for x in [1, 2] : var.s => x }`, `{ (var.s) = 1 }.b`, `{ a = 1 }[var.s]`, `[1, 2][var.s]`, `true ? { (var.s) = 1 } : { b = 1 }`,
		`"${[var.s]}"`, `var.s + 1`, `!var.s`, `-var.s`, `var.s ? 1 : 2`, `var.s && true`, `var.s.a`, `var.s[0]`, `var.s[*].a.b`,
		`[for x in var.s : parseint(x, 10)]`, `[for x in [var.s] : parseint(x, 10)]`, `try(tonumber(var.s), duration(var.s))`,
		`local.made`, `local.made.x`, `local.missing`, `tobool(var.s)`, `tolist(var.s)`, `merge(var.s, {})`, `lookup({}, var.s)`,
		`coalesce(null, [var.s])`, `setproduct(var.s)`, `chunklist([var.s], var.s)`, `format("%d", var.s)`, `format(var.s, 1)`, `csvdecode(var.s)`,
		`sensitive("` + hush + `") + 1`, `format("%d", sensitive("` + hush + `"))`, `sensitive("` + hush + `").x`, `element([], length(var.s))`,
		`lookup(tomap({ a = 1 }), "b", var.s)`, `lookup({ a = 1 }, "b", [var.s])`, `tonumber(var.s)`, `tolist([[var.s], 1])`, `toset([var.s, [1]])`, `tomap([var.s])`,
		`tobool([var.s][0])`, `length(var.s == 1)`, `contains(var.s, null)`, `matchkeys([var.s], [1], [[1]])`, `matchkeys([1], [var.s], [[true]])`,
		`base64decode(var.s)`, `sum([var.s])`, `one([var.s, 1])`, `file(var.s)`, `timecmp(var.s, var.s)`, `transpose({ a = [[var.s]] })`, `range(var.s)`,
	}
	arguments := []string{
		"rule \"x\" {\n description = EXPR\n schedule = EXPR\n timezone = EXPR\n mode = EXPR\n provider = EXPR\n" +
			" scan {\n buckets = EXPR\n prefixes = [EXPR]\n exclude = EXPR\n }\n stale {\n older_than = EXPR\n idle_for = EXPR\n max_lifetime = EXPR\n}\n" +
			" limits {\n max_uploads = EXPR\n max_bytes = EXPR\n max_percent = EXPR\n }\n}\n",
		"offcut {\n required_version = EXPR\n minimum_age = EXPR\n}\n",
		"provider \"s3\" {\n alias = EXPR\n endpoint = EXPR\n internal = EXPR\n check_completed = EXPR\n requests_per_second = EXPR\n allowed_accounts = EXPR\n}\n",
		"provider \"s3\" {\n allowed_accounts = [EXPR]\n}\n",
		"protect \"p\" {\n buckets = [EXPR]\n prefixes = EXPR\n until = EXPR\n reason = EXPR\n}\n",
		"locals {\n x = EXPR\n}\n",
		"variable \"v\" {\n default = \"a\"\n validation {\n  condition = var.v == EXPR\n  error_message = \"It is ${EXPR}.\"\n }\n" +
			" validation {\n  condition = var.v == \"b\"\n  error_message = EXPR\n }\n validation {\n  condition = EXPR\n  error_message = \"a\"\n }\n}\n",
	}
	texts := map[string]string{
		"string": hush, "list(string)": `["` + hush + `"]`, "map(string)": `{ ` + hush + ` = "` + hush + `" }`, "number": hush, "bool": `"` + hush + `"`,
		"any": `"` + hush + `"`, "object({ a = string })": `{ a = "` + hush + `", b = "` + hush + `" }`, "set(number)": `["` + hush + `"]`, "list(bool)": `[` + hush,
		"map(number)": `{ ` + hush + ` = "` + hush + `" }`,
	}
	for ty, text := range texts {
		quoted := text
		if ty == "string" {
			quoted = `"` + hush + `"`
		}
		ways := map[string]func(string) (Source, Values){
			"flag":        func(s string) (Source, Values) { return sourceOf(s), Values{Flags: []string{"s=" + text}} },
			"environment": func(s string) (Source, Values) { return sourceOf(s), Values{Env: []string{"OFFCUT_VAR_s=" + text}} },
			"file": func(s string) (Source, Values) {
				return sourceOf(s), Values{Files: []File{{"a.vars.hcl", []byte("s = " + quoted + "\n")}}}
			},
			"default": func(s string) (Source, Values) {
				return sourceOf(strings.Replace(s, "  sensitive", "  default = "+quoted+"\n  sensitive", 1)), Values{}
			},
		}
		for way, load := range ways {
			t.Run(ty+" by "+way, func(t *testing.T) {
				for _, expression := range expressions {
					src, vals := load(strings.ReplaceAll(declared, "TYPE", ty) + "locals {\n  made = [upper(jsonencode(var.s))]\n}\n" +
						strings.ReplaceAll(strings.Join(arguments, ""), "EXPR", expression) + smallRule)
					_, d := Load(src, vals)
					if wantNoSecret(t, allOutput(t, d)); t.Failed() {
						t.Fatal(expression)
					}
				}
			})
		}
	}
}

// sourceOf is one rule file.
func sourceOf(text string) Source { return Source{Rules: []File{{"main.hcl", []byte(text)}}} }

// TestSensitive_NoMessageShowsTheText holds that the places where sensitive values are
// written are hidden in snippets, however broken their files are.
func TestSensitive_NoMessageShowsTheText(t *testing.T) {
	const s = "variable \"s\" {\n  sensitive = true\n}\n"
	for name, tt := range map[string]struct {
		rules, values string
		flags         []string
	}{
		"default, another argument is wrong": {rules: "variable \"s\" {\n default = \"HUSHhush7\"\n sensitive = \"yes\"\n}\n"},
		"default by a call":                  {rules: "variable \"s\" {\n default = upper(\"HUSHhush7\")\n sensitive = true\n}\n"},
		"default by a reference":             {rules: "variable \"s\" {\n default = var.HUSHhush7\n sensitive = true\n}\n"},
		"default without quotes":             {rules: "variable \"s\" {\n default = HUSHhush7\n sensitive = true\n}\n"},
		"default of one line":                {rules: "variable \"s\" { default = \"HUSHhush7\" }\nvariable \"s\" { sensitive = true }\n"},
		"default, open":                      {rules: "variable \"s\" {\n default = \"HUSHhush7\n sensitive = true\n}\n"},
		"default, open behind":               {rules: "variable \"s\" {\n sensitive = true\n default = \"HUSHhush7\n}\n"},
		"default, open list":                 {rules: "variable \"s\" {\n sensitive = true\n default = [\"HUSHhush7\",\n}\n"},
		"default, two texts":                 {rules: "variable \"s\" {\n sensitive = true\n default = \"a\" \"HUSHhush7\"\n}\n"},
		"default, twice":                     {rules: "variable \"s\" {\n sensitive = true\n default = \"HUSHhush7\"\n default = \"HUSHhush7\"\n}\n"},
		"default, colon":                     {rules: "variable \"s\" {\n sensitive = true\n default: \"HUSHhush7\"\n}\n"},
		"default, quoted name":               {rules: "variable \"s\" {\n sensitive = true\n \"default\" = \"HUSHhush7\"\n}\n"},
		"default, unit":                      {rules: "variable \"s\" {\n sensitive = true\n default = 7HUSHhush7\n}\n"},
		"default, heredoc":                   {rules: "variable \"s\" {\n sensitive = true\n default = <<E\nHUSHhush7\n"},
		"default, other form":                {rules: "variable \"s\" {\n sensitive = true\n default = \"HUSHhush7e\u0301\"\n}\n"},
		"default, type":                      {rules: "variable \"s\" {\n sensitive = true\n type = map(number)\n default = { HUSHhush7 = \"HUSHhush7\" }\n}\n"},
		"default, keys":                      {rules: "variable \"s\" {\n sensitive = true\n default = { for x in [\"HUSHhush7\", \"HUSHhush7\"] : x => 1 }\n}\n"},
		"label, open":                        {rules: "variable \"s {\n sensitive = true\n default = \"HUSHhush7\"\n}\n"},
		"call":                               {rules: "locals {\n a = sensitive(\"HUSHhush7\").b\n}\n"},
		"call, broken":                       {rules: "locals {\n a = sensitive(\"HUSHhush7\" \"b\")\n}\n"},
		"value, undeclared":                  {rules: s, values: "ss = \"HUSHhush7\"\n"},
		"value, open":                        {rules: s, values: "s = \"HUSHhush7\n"},
		"value, colon":                       {rules: s, values: "s: \"HUSHhush7\"\n"},
		"value, quoted name":                 {rules: s, values: "\"s\" = \"HUSHhush7\"\n"},
		"value, bare":                        {rules: s, values: "s = HUSHhush7\n"},
		"value, call":                        {rules: s, values: "s = HUSHhush7()\n"},
		"value, list":                        {rules: s, values: "s = [\n  HUSHhush7,\n]\n"},
		"value in a block":                   {rules: s, values: "variable \"s\" { s = \"HUSHhush7\" }\n"},
		"value, too long":                    {rules: s, values: "s = \"" + strings.Repeat("HUSHhush7", 9000) + "\"\n"},
		"value, rules broken":                {rules: "variable \"s\" {\n sensitive = true\n]\n", values: "s = HUSHhush7\n"},
		"value, rules broken before":         {rules: "variable \"s\n variable \"t\" {\n sensitive = true\n}\n", values: "s = \"HUSHhush7\n"},
		"flag, no name":                      {rules: s, flags: []string{"=HUSHhush7"}},
		"flag, no sign":                      {rules: s, flags: []string{"s:HUSHhush7"}},
		"flag, misspelled":                   {rules: s, flags: []string{"ss=HUSHhush7"}},
	} {
		t.Run(name, func(t *testing.T) {
			src := sourceOf(tt.rules + strings.Replace(smallRule, "{\n", "{\n  description = \"${var.s}\"\n", 1))
			src.Vars = []File{{"offcut.vars.hcl", []byte(tt.values)}}
			_, d := Load(src, Values{Flags: tt.flags})
			if !d.HasErrors() {
				t.Fatal("no message")
			}
			wantNoSecret(t, allOutput(t, d))
		})
	}
}

// TestSensitive_MarksFlow holds that whatever is made of a sensitive value is one, and
// that it means the same.
func TestSensitive_MarksFlow(t *testing.T) {
	wraps := []string{`%s`, `[%s]`, `{ a = %s }`, `"${jsonencode(%s)}"`, `true ? %s : null`, `[for x in [%s] : x]`, `{ for x in [%s] : "a" => x }`, `[%s][*]`, `try(%s, 1)`}
	for i, tt := range functionCalls() {
		if regexp.MustCompile(`sensitive|^can|^try|^length|^keys|\.\.\.|scheme`).MatchString(tt.call) {
			continue // these say, or hide, whether there is a mark
		}
		name, arguments, _ := strings.Cut(tt.call, "(")
		first := firstArgument(strings.TrimSuffix(arguments, ")"))
		call := fmt.Sprintf("%s(sensitive(%s)%s)", name, first, strings.TrimSuffix(arguments, ")")[len(first):])
		wrapped := fmt.Sprintf(wraps[i%len(wraps)], call)
		t.Run(wrapped, func(t *testing.T) {
			set, d := Load(withFiles(rulesWith("", "jsonencode(nonsensitive("+call+"))")), Values{})
			if got := mustResolve(t, set, d).Rules[0].Description; got != tt.want {
				t.Errorf("it is %s, want %s", got, tt.want)
			}
			if _, d = Load(withFiles(rulesWith("", "jsonencode("+wrapped+")")), Values{}); len(d.list) != 1 || d.list[0].Summary != "Sensitive value would be shown" {
				t.Errorf("the mark is lost:\n%s", plainText(t, d))
			}
		})
	}
}

// firstArgument returns the text of the first argument of a call.
func firstArgument(arguments string) string {
	depth, quoted := 0, false
	for i, c := range arguments {
		switch {
		case c == '"' && (i == 0 || arguments[i-1] != '\\'):
			quoted = !quoted
		case quoted:
		case strings.ContainsRune("([{", c):
			depth++
		case strings.ContainsRune(")]}", c):
			depth--
		case c == ',' && depth == 0:
			return arguments[:i]
		}
	}
	return arguments
}

// TestSensitive_LargeValuesAreCounted holds that a mark hides nothing from the bound on
// what rules compute.
func TestSensitive_LargeValuesAreCounted(t *testing.T) {
	var text strings.Builder
	text.WriteString("locals {\n  a0 = sensitive(\"0123456789\")\n")
	for i := range 40 {
		fmt.Fprintf(&text, "  a%d = \"${local.a%d}${local.a%d}\"\n", i+1, i, i)
	}
	if _, d := loadText(text.String() + "}\n" + smallRule); len(d.list) != 1 || d.list[0].Summary != "Values too large" {
		t.Errorf("got:\n%s", plainText(t, d))
	}
}
