package rules

import (
	"bytes"
	"errors"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/zclconf/go-cty/cty"
)

// consoleRules are a rule set to evaluate expressions in.
const consoleRules = `
variable "stale_after" {
  type    = string
  default = "7d"
}

variable "account" {
  type      = string
  default   = "hunter2"
  sensitive = true
}

locals {
  buckets = ["raw", "cooked"]
  ages    = { raw = duration(var.stale_after) }
}
` + smallRule

func consoleSet(t testing.TB) *Set {
	t.Helper()
	set, d := loadText(consoleRules)
	if d.HasErrors() {
		t.Fatal(headsOf(d))
	}
	return set
}

// Values are shown in the form of Terraform's console.
func TestEvaluateShowsValuesAsTerraformDoes(t *testing.T) {
	set := consoleSet(t)
	for _, c := range []struct{ expr, want string }{
		{`1 + 2`, "3"},
		{`1.50`, "1.5"},
		{`1e21`, "1000000000000000000000"},
		{`1 / 4`, "0.25"},
		{`-7 % 3`, "-1"},
		{`true && !false`, "true"},
		{`"a\tb"`, `"a\tb"`},
		{`"two\nlines"`, "<<EOT\ntwo\nlines\nEOT"},
		{`"a\nb\nc"`, "<<EOT\na\nb\nc\nEOT"},
		{`"a\nEOT\n  EOT_\n"`, "<<EOT__\na\nEOT\n  EOT_\n\nEOT__"},
		{`"a\nb\n\u001b[31m"`, `"a\nb\n\x1b[31m"`},
		{`{ a = "x\ny\nz" }`, "{\n  \"a\" = <<-EOT\n  x\n  y\n  z\n  EOT\n}"},
		{"<<EOT\none\ntwo\nEOT", "<<EOT\none\ntwo\n\nEOT"},
		{`null`, "null"},
		{`tostring(null)`, "tostring(null)"},
		{`tonumber(null)`, "tonumber(null)"},
		{`tobool(null)`, "tobool(null)"},
		{`true ? null : ["a"]`, "null /* tuple */"},
		{`true ? null : tolist(["a"])`, "tolist(null) /* of string */"},
		{`true ? null : toset(["a"])`, "toset(null) /* of string */"},
		{`true ? null : tomap({ a = 1 })`, "tomap(null) /* of number */"},
		{`[]`, "[]"},
		{`{}`, "{}"},
		{`tolist([])`, "tolist([])"},
		{`tomap({})`, "tomap({})"},
		{`[1, "a", null]`, "[\n  1,\n  \"a\",\n  null,\n]"},
		{`tolist([1, 2])`, "tolist([\n  1,\n  2,\n])"},
		{`toset(["b", "a", "b"])`, "toset([\n  \"a\",\n  \"b\",\n])"},
		{`tomap({ a = [true] })`, "tomap({\n  \"a\" = [\n    true,\n  ]\n})"},
		{`{ b = 1, a = { c = [] } }`, "{\n  \"a\" = {\n    \"c\" = []\n  }\n  \"b\" = 1\n}"},
		{`var.stale_after`, `"7d"`},
		{`local.ages`, "{\n  \"raw\" = 604800\n}"},
		{"[for b in local.buckets :\n upper(b)]", "[\n  \"RAW\",\n  \"COOKED\",\n]"},
		{`upload.age > duration(var.stale_after)`, "true"},
		{`upload.idle > duration("3d")`, "false"},
		{`plan.abort.uploads + plan.kept.young + plan.kept["active"] + plan.kept.protected == plan.listed`, "true"},
		{`plan.rules["rule.r"].abort.bytes < bytes("1TiB")`, "true"},
		{`var.account`, "(sensitive value)"},
		{`upper(var.account)`, "(sensitive value)"},
		{`[var.account, 1]`, "[\n  (sensitive value),\n  1,\n]"},
		{`{ a = "${var.account}" }`, "{\n  \"a\" = (sensitive value)\n}"},
		{`toset([var.account])`, "(sensitive value)"},
		{`nonsensitive(var.account)`, `"hunter2"`},
		{"<<EOT\nof ${upload.bucket}\nEOT", "<<EOT\nof media-prod\n\nEOT"},
		{"upload.bucket == chomp(<<EOT\nmedia-prod\nEOT\n)", "true"},
		{`"${upload.key} of ${upload.bucket}"`, `"raw/cam-1/2026-11-22.mp4 of media-prod"`},
	} {
		got, d := set.Evaluate(c.expr)
		if heads := headsOf(d); len(heads) > 0 || got != c.want {
			t.Errorf("%s\ngives %q %v\nwant  %q", c.expr, got, heads, c.want)
		}
	}
}

// The zero Set has functions and the sample, and says of everything else that it is
// not there.
func TestEvaluateWithoutRules(t *testing.T) {
	var set Set
	if got, d := set.Evaluate(`upper("a")`); got != `"A"` || d.HasErrors() {
		t.Errorf("%q %v", got, headsOf(d))
	}
	if got, d := set.Evaluate("upload.size"); got != "201326592" || d.HasErrors() {
		t.Errorf("%q %v", got, headsOf(d))
	}
	if got, d := set.Evaluate("var.x"); got != "" || !d.HasErrors() {
		t.Errorf("%q %v", got, headsOf(d))
	}
}

// A mistake is a diagnostic with its place in the input, and gives no value.
func TestEvaluateReportsMistakes(t *testing.T) {
	set := consoleSet(t)
	for _, c := range []struct{ expr, want string }{
		{`var.nope`, "ERROR: <console-input>:1,1: Reference to undeclared variable"},
		{`local.bucket`, "ERROR: <console-input>:1,1: Reference to undeclared local value"},
		{`upload.colour`, "ERROR: <console-input>:1,7: Unsupported attribute"},
		{`plan.abort.size`, "ERROR: <console-input>:1,11: Unsupported attribute"},
		{`upload.size > "3"`, "ERROR: <console-input>:1,15: Wrong type of value"},
		{`[for s in ["3"] : upload.size > s]`, "ERROR: <console-input>:1,33: Wrong type of value"},
		{`coalesce(upload.size, "x")`, "ERROR: <console-input>:1,10: Wrong type of value"},
		{`nonsense`, "ERROR: <console-input>:1,1: Invalid reference"},
		{`1 +`, "ERROR: <console-input>:1,4: Missing expression"},
		{`1 2`, "ERROR: <console-input>:1,3: Extra characters after expression"},
		{`now()`, "ERROR: <console-input>:1,1: Unknown function"},
		{`upper()`, "ERROR: <console-input>:1,7: Not enough function arguments"},
		{`7d`, "ERROR: <console-input>:1,1: Missing quotes"},
		{"<<EOT\nx", "ERROR: <console-input>:1,1: Unterminated heredoc"},
		{"[\n1 / 0]", "ERROR: <console-input>:2,1: Division by zero"},
		{strings.Repeat("[", 300), "ERROR: <console-input>:1,126: Nested too deeply"},
		{strings.Repeat(" ", maxLineLength+1), "ERROR: <console-input>:1,1: Line too long"},
		{strings.Repeat("[\n", maxFileSize), "ERROR: <console-input>:1,1: Expression too long"},
		{tooMuch(), "ERROR: <console-input>:1,1: Values too large"},
		{`setproduct(range(100), range(100), ["` + strings.Repeat("x", 999) + `"])`, "ERROR: <console-input>:1,1: Value too large"},
	} {
		got, d := set.Evaluate(c.expr)
		heads := headsOf(d)
		if got != "" || len(heads) != 1 || !strings.HasPrefix(heads[0], c.want) {
			t.Errorf("%.80s\ngives %.80q %v\nwant  %s", c.expr, got, heads, c.want)
		}
	}
}

// What HCL says about an expression is followed by what to do, as in a file.
func TestEvaluateHasARemedyForSyntax(t *testing.T) {
	for _, expression := range []string{"1 +", "[1", "upper(\"a\"", "(1", "1 2", "\"a", "[for]", "max(1 2)"} {
		_, d := (&Set{}).Evaluate(expression)
		remedyIn(t, expression, d)
	}
}

// A mistake says what to do, in the words that rule files have for it, and nothing that
// does not help.
func TestEvaluateSaysWhatToDo(t *testing.T) {
	set := consoleSet(t)
	for _, c := range []struct{ expr, ends string }{
		{`upload.size > "1GiB"`, `Write bytes("1GiB") for a number of bytes.`},
		{`upload.size + "1"`, `Remove the quotes: write 1.`},
		{`upload.sise`, `Did you mean "size"? Write one of those that it has: "age", "bucket", "id", "idle", "initiator", "key", "owner", "parts", "size" or "storage_class".`},
		{`duration("7 d")`, `"36h", "7d", "2w" or "1d12h".`},
		{`bytes("7XB")`, `KB MB GB TB PB EB in 1000s.`},
		{`upper([])`, `or convert it first, as in tostring(...), tonumber(...) or toset(...).`},
		{`upload.size >`, `Nothing stands behind ">". Write the value that is meant here.`},
		{`1 + # and`, `Nothing stands behind "+". Write the value that is meant here.`},
		{`max(1`, `There is no closing parenthesis for this function call before the end of the input. This may be caused by incorrect parenthesis nesting elsewhere in this file. Close the call with ")".`},
	} {
		_, d := set.Evaluate(c.expr)
		if len(d.list) != 1 || !strings.HasSuffix(d.list[0].Detail, c.ends) {
			t.Errorf("%s: %v, want the end %q", c.expr, d.list, c.ends)
		}
	}
}

// Accounts are as KS3 tells them, so that a where that compares one is true here where it
// is true there.
func TestEvaluateTellsAccountsAsKS3Does(t *testing.T) {
	set := consoleSet(t)
	if got, d := set.Evaluate(`[upload.owner == "73404680", upload.owner == base64encode("73404680"), upload.initiator == upload.owner]`); strings.Join(strings.Fields(got), "") != "[false,true,true,]" {
		t.Errorf("%s %v", got, headsOf(d))
	}
}

// tooMuch is an expression that computes more than is allowed.
func tooMuch() string {
	return `[for a in range(20) : [for b in range(1000) : "` + strings.Repeat("x", 4000) + `"]]`
}

// Nothing that is sensitive is in a message either.
func TestEvaluateHidesWhatIsSensitive(t *testing.T) {
	set := consoleSet(t)
	for _, expr := range []string{`tonumber(var.account)`, `var.account + 1`, `duration(var.account)`, `{ a = 1 }[var.account]`, `var.account.x`, `[for a in var.account : a]`, `tonumber("x${var.account}")`} {
		value, d := set.Evaluate(expr)
		var b bytes.Buffer
		if err := errors.Join(d.WriteText(&b, 0, false), d.WriteJSON(&b)); err != nil {
			t.Fatal(err)
		}
		if value != "" || !d.HasErrors() || strings.Contains(b.String(), "hunter2") {
			t.Errorf("%s is %q\n%s", expr, value, b.String())
		}
	}
}

// What a console shows as upload and as plan has the attributes and types that where
// and checks have.
func TestSamplesAreWhatRulesHave(t *testing.T) {
	money := currencies{codes: []string{"CNY", "USD"}, known: true}
	cfg := &Config{Rules: []Rule{decideRule("a", "raw/"), decideRule("b", "raw/")}, currencies: money}
	for _, sample := range []cty.Value{samplePlan(nil, money), samplePlan(cfg, money)} {
		if !sample.Type().Equals(planType(money)) || !sample.IsWhollyKnown() {
			t.Errorf("%#v", sample)
		}
	}
	if sample := uploadValue(uploadAttributes(), sampleSubject()); !sample.Type().Equals(uploadType()) || !sample.IsWhollyKnown() {
		t.Errorf("%#v", sample)
	}
}

// One expression that computes too much leaves the session as it was.
func TestEvaluateCountsEveryExpressionAnew(t *testing.T) {
	set := consoleSet(t)
	for range 2 {
		if _, d := set.Evaluate(tooMuch()); !d.HasErrors() {
			t.Fatal("this should be too much")
		}
		if got, d := set.Evaluate("length(local.buckets)"); got != "2" || d.HasErrors() {
			t.Fatalf("%q %v", got, headsOf(d))
		}
	}
}

func TestGoesOn(t *testing.T) {
	for _, c := range []struct {
		text, until string
		ok          bool
	}{
		{"", "", false},
		{"1 +", "", false},
		{"[1,", "]", true},
		{"[1, {", "}", true},
		{"f(\n1,\n", ")", true},
		{"f(\n1)\n", "", false},
		{"{ for a in [1] :", "}", true},
		{`"text`, "", false},
		{`"text ${`, "}", true},
		{`"text ${[`, "]", true},
		{"<<EOT\nhello\n", "EOT", true},
		{"<<-END_OF\nhello\n", "END_OF", true},
		{"<<EOT\nhello\nEOT", "", false},
		{"<<EOT\n${[\n", "]", true},
		{"[)", "", false},
		{"\x1b[A", "", false},
		{"]", "", false},
		{strings.Repeat("[", 300), "", false},
		{strings.Repeat("[\n", maxFileSize), "", false},
	} {
		if until, ok := GoesOn(c.text); until != c.until || ok != c.ok {
			t.Errorf("%.40q: %q %v, want %q %v", c.text, until, ok, c.until, c.ok)
		}
	}
}

// FuzzEvaluate holds that no input makes the console fail otherwise than by
// diagnostics, that neither values nor messages hold what a terminal acts on, and that
// an input which goes on has no value yet.
func FuzzEvaluate(f *testing.F) {
	for _, expression := range oddExpressions() {
		f.Add(expression)
	}
	for _, text := range []string{"upload", "<<EOT\nx\nEOT", "\"${", "{ a = \"x\ny\" }", "[\n", "jsondecode(\"[[[[]]]]\")", "\xff", "\"\\u202e\""} {
		f.Add(text)
	}
	set := consoleSet(f)
	f.Fuzz(func(t *testing.T, text string) {
		value, d := set.Evaluate(text)
		if (value == "") != d.HasErrors() {
			t.Errorf("value %.80q, errors %v", value, headsOf(d))
		}
		if i := strings.IndexFunc(value, actedOn); i >= 0 || !utf8.ValidString(value) {
			t.Errorf("the value holds %q", value)
		}
		if until, ok := GoesOn(text); ok && (until == "" || value != "") {
			t.Errorf("it goes on until %q, and is %.80q", until, value)
		}
		var b bytes.Buffer
		if err := d.WriteText(&b, 60, false); err != nil {
			t.Fatal(err)
		}
		if i := bytes.IndexFunc(b.Bytes(), actedOn); i >= 0 {
			t.Errorf("the messages hold %q", b.Bytes()[i:])
		}
	})
}
