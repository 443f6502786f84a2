package rules

import (
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
)

// "Under Terraform's names and with Terraform's meaning" is held against what OpenTofu
// made of the expressions in testdata/conformance, which are written down there with the
// form in which its console shows their values: that tells their types, too.

var tofuProgram = flag.String("tofu", "", "hold testdata/conformance against this program, OpenTofu or Terraform")

// failure stands for an error: the words of errors are each program's own.
const failure = "!"

// A conformanceCase is an expression with what came of it: a value, or failure.
type conformanceCase struct {
	place, expr string
	tofu        string
	here        string // where it is something else, or ""
}

// readConformance reads the cases of a file; what the lines mean stands at its head.
func readConformance(t *testing.T, path string) []conformanceCase {
	t.Helper()
	var cases []conformanceCase
	last := ""
	for i, line := range strings.Split(readTestFile(t, path), "\n") {
		mark := line[:min(1, len(line))]
		if mark == ">" && last != ">" {
			cases = append(cases, conformanceCase{place: fmt.Sprintf("%s:%d", path, i+1)})
		}
		if mark != "" && mark != "#" && len(cases) == 0 {
			t.Fatalf("%s:%d: a result without an expression: write one above, behind \"> \"", path, i+1)
		}
		last = mark
		switch text := strings.TrimPrefix(line[len(mark):], " "); {
		case mark == ">":
			addLine(&cases[len(cases)-1].expr, text)
		case line == failure:
			cases[len(cases)-1].tofu = failure
		case mark == "=":
			addLine(&cases[len(cases)-1].tofu, text)
		case line == "~"+failure:
			cases[len(cases)-1].here = failure
		case mark == "~":
			addLine(&cases[len(cases)-1].here, text)
		case mark != "" && mark != "#":
			t.Fatalf("%s:%d: the line begins with none of \"#\", \">\", \"=\", \"~\" and \"!\"", path, i+1)
		}
	}
	return cases
}

func addLine(text *string, line string) {
	if *text != "" {
		*text += "\n"
	}
	*text += line
}

func allConformance(t *testing.T) []conformanceCase {
	t.Helper()
	var cases []conformanceCase
	for _, path := range testFiles(t, "testdata/conformance/*.txt") {
		cases = append(cases, readConformance(t, path)...)
	}
	return cases
}

// TestConformance holds that expressions mean what they mean in Terraform, or what SPEC.md
// says instead.
func TestConformance(t *testing.T) {
	set, d := Load(withFiles(Source{Rules: []File{{"main.hcl", []byte(smallRule)}}}), Values{})
	if d.HasErrors() {
		t.Fatal(headsOf(d))
	}
	for _, c := range allConformance(t) {
		want := c.tofu
		if c.here != "" {
			want = c.here
		}
		got, d := set.Evaluate(c.expr)
		if d.HasErrors() {
			got = failure
		}
		switch {
		case c.tofu == "":
			t.Errorf("%s: %s has no result: run the test with -tofu and write down what it finds", c.place, c.expr)
		case c.here == c.tofu:
			t.Errorf("%s: %s is said to differ and does not: remove the lines with \"~\"", c.place, c.expr)
		case got != want:
			t.Errorf("%s: %s\ngives %s %v\nwant  %s", c.place, c.expr, got, headsOf(d), want)
		}
	}
}

// TestConformance_EveryFunction holds that each function that Terraform has too is called
// where it has a value.
func TestConformance_EveryFunction(t *testing.T) {
	called := map[string]bool{}
	for _, c := range allConformance(t) {
		expr, d := hclsyntax.ParseExpression(inputFile(c.expr).Bytes, c.place, hcl.InitialPos)
		if c.tofu == failure || d.HasErrors() {
			continue
		}
		_ = hclsyntax.VisitAll(expr, func(n hclsyntax.Node) hcl.Diagnostics {
			if call, ok := n.(*hclsyntax.FunctionCallExpr); ok {
				called[call.Name] = true
			}
			return nil
		})
	}
	have := languageFunctions()
	for _, name := range strings.Fields(terraformFunctions) {
		if _, here := have[name]; here && !called[name] {
			t.Errorf("no expression in testdata/conformance calls %s: add some, with what OpenTofu makes of them", name)
		}
	}
}

// TestConformance_Facts holds what is written down against the program itself, where one
// is given.
func TestConformance_Facts(t *testing.T) {
	if *tofuProgram == "" {
		t.Skip("no program is given with -tofu")
	}
	dir := t.TempDir()
	if err := os.CopyFS(dir, fstest.MapFS{"lists/hello.txt": {Data: []byte("Hello World")}, "settings": {}}); err != nil {
		t.Fatal(err)
	}
	for _, c := range allConformance(t) {
		if got, said := tofuValue(t, dir, c.expr); got != c.tofu {
			t.Errorf("%s: %s\ngives %s %s\nwant  %s", c.place, c.expr, got, said, c.tofu)
		}
	}
}

// tofuValue asks the program for the value of an expression. It stands in a file, as the
// console takes a line at a time. Settings of the user's are not read.
func tofuValue(t *testing.T, dir, expr string) (value, said string) {
	t.Helper()
	text := "locals {\n  v = " + expr + "\n}\n"
	if err := os.WriteFile(filepath.Join(dir, "main.tf"), []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), *tofuProgram, "console")
	cmd.Dir, cmd.Stdin = dir, strings.NewReader("local.v\n")
	cmd.Env = append(os.Environ(), "TF_CLI_CONFIG_FILE="+filepath.Join(dir, "settings"), "CHECKPOINT_DISABLE=1")
	var out, problems strings.Builder
	cmd.Stdout, cmd.Stderr = &out, &problems
	if err := cmd.Run(); err != nil || strings.Contains(problems.String(), "Error: ") {
		return failure, problems.String()
	}
	return strings.TrimSuffix(out.String(), "\n"), ""
}
