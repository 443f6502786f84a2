package rules

import (
	"fmt"
	"maps"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"pgregory.net/rapid"
)

// onlyInConsole says why a console shows the value of an expression of which a where is
// told something.
func onlyInConsole() map[string]string {
	const constant = "it names no upload, so that it may be meant for any other argument"
	return map[string]string{
		`upload.size`:         "it is no condition, but may be a part of one",
		`"upload.size > 0"`:   constant,
		`var.floor == "1024"`: constant,
		`var.none`:            constant,
		`var.narrow.to`:       constant,
	}
}

// A triedWhere is a where of a rule file.
type triedWhere struct {
	source string
	told   []string
}

// wheresOf loads a rule file, and returns its wheres with what is told of each.
func wheresOf(t testing.TB, src string) (*Set, []triedWhere) {
	t.Helper()
	set, diags := loadText(src)
	f, _ := hclsyntax.ParseConfig([]byte(src), "main.hcl", hcl.InitialPos)
	var all []triedWhere
	for _, rule := range f.Body.(*hclsyntax.Body).Blocks {
		for _, stale := range rule.Body.Blocks {
			if attr := stale.Body.Attributes["where"]; attr != nil && stale.Type == "stale" {
				at := attr.Expr.Range()
				all = append(all, triedWhere{string(at.SliceBytes([]byte(src))), toldIn(diags, at)})
			}
		}
	}
	return set, all
}

var placeInText = regexp.MustCompile(`\(at [^()]*\)`)

// toldIn are the messages about a part of a file, with their places in it; those within
// the text of a message are left out.
func toldIn(diags Diagnostics, part hcl.Range) []string {
	told := []string{}
	for _, d := range diags.list {
		if s := d.Subject; s != nil && s.Filename == part.Filename && part.Start.Byte <= s.Start.Byte && s.Start.Byte < part.End.Byte {
			told = append(told, fmt.Sprintf("%d-%d: %s: %s", s.Start.Byte-part.Start.Byte, s.End.Byte-part.Start.Byte, d.Summary, placeInText.ReplaceAllString(d.Detail, "")))
		}
	}
	return told
}

// toldInConsole is what a console shows for an expression, and its messages.
func toldInConsole(set *Set, source string) (value string, told []string) {
	value, diags := set.Evaluate(source)
	return value, toldIn(diags, hcl.Range{Filename: ConsoleInput, Start: hcl.InitialPos, End: hcl.Pos{Byte: len(source)}})
}

// Whoever tries a where of the rule files under testdata in a console is told there what
// loading tells, at the same places.
func TestConsoleTellsWhatWheresAreTold(t *testing.T) {
	excused, told := onlyInConsole(), 0
	for _, path := range append(testFiles(t, "testdata/bad/*.hcl"), testFiles(t, "testdata/ok/*.hcl")...) {
		set, wheres := wheresOf(t, readTestFile(t, path))
		for _, where := range wheres {
			told += len(where.told)
			value, got := toldInConsole(set, where.source)
			if slices.Equal(got, where.told) {
				continue
			}
			if excused[where.source] != "" && value != "" && len(got) == 0 {
				delete(excused, where.source)
				continue
			}
			t.Errorf("%s: %s\nthe console tells %s\nthe rule         %s", filepath.Base(path), where.source,
				strings.Join(got, "\n                  "), strings.Join(where.told, "\n                  "))
		}
	}
	if len(excused) > 0 || told < 70 {
		t.Errorf("excused for nothing: %v; told: %d", slices.Collect(maps.Keys(excused)), told)
	}
}

// anyWhere draws an expression over an upload, right or wrong.
func anyWhere(depth int) *rapid.Generator[string] {
	return rapid.Custom(func(t *rapid.T) string {
		if depth == 0 || rapid.IntRange(0, 3).Draw(t, "leaf") == 0 {
			return rapid.SampledFrom([]string{
				"upload.key", "upload.size", "upload.age", "upload.idle", "upload.owner", "upload.parts", `upload["key"]`, "upload.sise", "upload",
				"var.owners", "var.owners[0]", "local.big", `"raw/"`, `"raw/**"`, `"*.mp4"`, `"7"`, `"30d"`, "7", "0", "null", "true", "false",
				`duration("7d")`, `bytes("1MiB")`, `base64encode("73404680")`, "plan.listed", "nonsense",
			}).Draw(t, "atom")
		}
		part := func(name string) string { return anyWhere(depth-1).Draw(t, name) }
		switch form := rapid.SampledFrom([]string{
			"op", "op", "op", "op", "not", "choice", "one", "two", "loop", "text",
		}).Draw(t, "form"); form {
		case "not":
			return "!" + part("of")
		case "choice":
			return "(" + part("if") + " ? " + part("then") + " : " + part("else") + ")"
		case "one":
			return rapid.SampledFrom([]string{"can", "lower", "length", "tonumber", "jsondecode", "anytrue", "abs"}).Draw(t, "function") + "(" + part("of") + ")"
		case "two":
			return rapid.SampledFrom([]string{"startswith", "endswith", "strcontains", "glob", "contains", "regexall", "split", "try", "max", "coalesce"}).
				Draw(t, "function") + "(" + part("first") + ", " + part("second") + ")"
		case "loop":
			return "anytrue([for x in " + part("in") + " : x == " + part("with") + "])"
		case "text":
			return `"${` + part("in") + `}/"`
		}
		return "(" + part("left") + rapid.SampledFrom([]string{" == ", " != ", " < ", " >= ", " && ", " || ", " + "}).Draw(t, "operator") + part("right") + ")"
	})
}

// What was tried in a console behaves no differently in a where: both are told the same,
// and the value is the answer for an upload like the sample. Only that a where must be a
// condition is no matter of the console.
func TestConsoleIsNoSurprise(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		source := anyWhere(3).Draw(t, "where")
		expr, diags := hclsyntax.ParseExpression([]byte(source), ConsoleInput, hcl.InitialPos)
		if diags.HasErrors() || !namesAny(expr, []string{"upload"}) || isName(expr, "upload") {
			t.Skip("no expression over an upload")
		}
		src := whereRules(source)
		set, problems := loadText(src)
		at := strings.Index(src, "where = ") + len("where = ")
		told := toldIn(problems, hcl.Range{Filename: "main.hcl", Start: hcl.Pos{Byte: at}, End: hcl.Pos{Byte: at + len(source)}})
		value, got := toldInConsole(set, source)
		isCondition := value == "true" || value == "false"
		onlyRule := without(told, got)
		if refused := slices.ContainsFunc(onlyRule, needsBool); refused && !isCondition {
			return
		}
		onlyConsole := without(got, told)
		if !problems.HasErrors() && value == "" {
			onlyConsole = nil // why it has no answer for the sample: see below
		}
		if len(onlyRule)+len(onlyConsole) > 0 {
			t.Fatalf("%s is %q\nonly the console tells %q\nonly the rule tells %q", source, value, onlyConsole, onlyRule)
		}
		if problems.HasErrors() {
			return
		}
		cfg, _ := set.Resolve(nil)
		holds, err := cfg.Rules[0].Stale.Where.holds(*sampleSubject())
		if err == nil && value != fmt.Sprint(holds) || err != nil && isCondition {
			t.Fatalf("%s is %s in the console, and %v (%v) in a where", source, value, holds, err)
		}
	})
}

// needsBool reports whether a message says that something is no condition.
func needsBool(message string) bool {
	return strings.Contains(message, ": Wrong type of value: Here a bool is needed, but this is ")
}

// without is all but what is in drop.
func without(all, drop []string) []string {
	return slices.DeleteFunc(slices.Clone(all), func(s string) bool { return slices.Contains(drop, s) })
}
