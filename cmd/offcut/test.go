package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"offcut/cmd/offcut/view"
	"offcut/rules"
)

const testCodes = `  0  every test passed
  1  one failed or could not be run, or there is no test`

// testOptions are the flags of "offcut test".
type testOptions struct {
	filter  []string
	verbose bool
}

// newTestCommand makes "offcut test".
func newTestCommand(a *app) *cobra.Command {
	var o testOptions
	cmd := &cobra.Command{
		Use:   "test [PATH]",
		Short: "Test rules against made-up uploads; sends nothing",
		Long: `Runs the tests in the *.test.hcl files of a directory, or in one such file, against
the rules beside them. A test makes up uploads, says what time it is, and asserts
what the rules decide about each and why. It needs no credentials, sends nothing
and reads no clock.`,
		Example: `  offcut test
  offcut test -verbose examples/quickstart
  offcut test -filter "young uploads stay" -var stale_after=3d`,
		Args:        atMostOnePath,
		Annotations: map[string]string{exitCodes: testCodes},
		RunE: func(cmd *cobra.Command, args []string) error {
			path, err := firstOr(args, ".")
			if err != nil {
				return err
			}
			return a.test(cmd.Context(), path, o)
		},
	}
	a.addRuleFlags(cmd)
	cmd.Flags().StringArrayVar(&o.filter, "filter", nil, "run only the tests of this `NAME`, or of the file of this name; may be repeated")
	cmd.Flags().BoolVar(&o.verbose, "verbose", false, "also tell the verdict on every mock, and the figures that led to it")
	a.addJSONFlag(cmd, "write JSON lines: one for each test, and a summary")
	return cmd
}

func (a *app) test(ctx context.Context, path string, o testOptions) error {
	src, files, err := a.readTests(path)
	if err != nil {
		return err
	}
	vals, err := a.ruleValues()
	if err != nil {
		return err
	}
	if err := a.announce("test"); err != nil {
		return err
	}
	tests, diags := rules.LoadTests(src, files, vals)
	if err := a.showMistakes(diags, "test", "no test was run"); err != nil {
		return err
	}
	wanted, err := filterTests(tests.Names(), o.filter)
	if err != nil {
		return err
	}
	results, err := unlessStopped(ctx, func() []rules.TestResult { return tests.Run(wanted) })
	if err != nil {
		return err
	}
	if a.json {
		err = view.TestsJSON(a.stdout, results)
	} else {
		err = view.Tests(a.stdout, results, view.TestOptions{Width: a.out.width, Color: a.out.color, Verbose: o.verbose})
	}
	if err == nil && slices.ContainsFunc(results, func(r rules.TestResult) bool { return r.Outcome != rules.TestPass }) {
		return silent(exitError)
	}
	return err
}

// readTests collects the rules and the tests at path: a directory, or a file of tests
// beside its rules.
func (a *app) readTests(path string) (rules.Source, []rules.File, error) {
	real := a.path(path)
	info, err := os.Stat(real)
	if errors.Is(err, fs.ErrNotExist) {
		return rules.Source{}, nil, noSuchFile(real)
	}
	if err != nil {
		return rules.Source{}, nil, fileError("read the tests", real, err)
	}
	dir, name := path, "."
	switch {
	case info.IsDir():
	case !rules.IsTestFile(real):
		return rules.Source{}, nil, fmt.Errorf("%s is no file of tests (*.test.hcl): name one, or the directory", view.Text(real))
	default:
		dir, name = filepath.Dir(path), filepath.Base(path)
	}
	src, err := a.readRules(dir)
	if err != nil {
		return rules.Source{}, nil, err
	}
	at := a.path(dir)
	files, err := rules.ReadTests(os.DirFS(at), name, filepath.ToSlash(at))
	if err != nil {
		return rules.Source{}, nil, err
	}
	if len(files) == 0 {
		return rules.Source{}, nil, noTestFiles(at)
	}
	return src, files, nil
}

// checkTests looks for mistakes in the files of tests of a directory, for validate:
// what the tests expect is not looked at. Where the rules are not sound, only what can
// be seen without them is told.
func (a *app) checkTests(ctx context.Context, path string, src rules.Source, vals rules.Values, sound bool) (rules.Diagnostics, error) {
	real := a.path(path)
	info, err := os.Stat(real)
	if err != nil {
		return rules.Diagnostics{}, fmt.Errorf("read the tests: %w", err)
	}
	if !info.IsDir() {
		return rules.Diagnostics{}, nil // one file of rules: its tests may be about others too
	}
	files, err := rules.ReadTests(os.DirFS(real), ".", filepath.ToSlash(real))
	if err != nil {
		return rules.Diagnostics{}, err
	}
	return unlessStopped(ctx, func() rules.Diagnostics {
		tests, diags := rules.LoadTests(src, files, vals)
		if !sound || diags.HasErrors() {
			return diags
		}
		return diags.With(tests.Mistakes())
	})
}

func noTestFiles(dir string) error {
	where := "this directory holds"
	if dir != "." {
		where = fmt.Sprintf("the directory %s holds", view.Text(dir))
	}
	return fmt.Errorf(`%s no file of tests (*.test.hcl), so nothing was tested; examples/quickstart has one, and rules/SPEC.md says what stands in it`, where)
}

// filterTests says which tests to run. A filter that fits none is an error: what was
// to be tested would not be.
func filterTests(names []rules.TestName, filter []string) (func(rules.TestName) bool, error) {
	for _, f := range filter {
		if !slices.ContainsFunc(names, func(n rules.TestName) bool { return fits(n, f) }) {
			return nil, fmt.Errorf("-filter %q fits no test and no file of tests. There are: %s", f, testList(names))
		}
	}
	return func(n rules.TestName) bool {
		return len(filter) == 0 || slices.ContainsFunc(filter, func(f string) bool { return fits(n, f) })
	}, nil
}

func fits(n rules.TestName, filter string) bool {
	return n.Name == filter || n.File == filter || filepath.Base(n.File) == filter
}

// testList names tests in an error.
func testList(names []rules.TestName) string {
	const most = 10
	var list []string
	for _, n := range names[:min(len(names), most)] {
		list = append(list, fmt.Sprintf("%q", n.Name))
	}
	text := strings.Join(list, ", ")
	if more := len(names) - most; more > 0 {
		text += fmt.Sprintf(" and %d more", more)
	}
	return text
}
