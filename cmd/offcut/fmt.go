package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"github.com/rogpeppe/go-internal/diff"
	"github.com/spf13/cobra"

	"offcut/cmd/offcut/view"
	"offcut/rules"
)

const fmtCodes = `  0  done
  1  error; a file with a syntax error is left as it is
  3  -check found files that are not in the canonical style`

// fmtOptions are the flags of "offcut fmt".
type fmtOptions struct {
	check, diff, recursive bool
	list, write            bool
}

// newFmtCommand makes "offcut fmt".
func newFmtCommand(a *app) *cobra.Command {
	var o fmtOptions
	cmd := &cobra.Command{
		Use:   "fmt [PATH...]",
		Short: "Rewrite rule files in the canonical style",
		Long: `Rewrites every *.hcl file of the given directories, or the given files, in the
canonical style, and prints the names of those that changed. "-" reads standard
input and writes standard output. No meaning is changed.

Messages and -diff show nothing secret: asterisks stand for every value and comment
in files of values, for the defaults of sensitive variables, and for credentials.`,
		Example: `  offcut fmt
  offcut fmt -check -diff -recursive .
  offcut fmt -write=false -diff
  offcut fmt - <offcut.hcl`,
		Annotations: map[string]string{exitCodes: fmtCodes},
		RunE: func(_ *cobra.Command, args []string) error {
			if len(args) == 0 {
				args = []string{"."}
			}
			return a.format(args, o)
		},
	}
	a.addChdirFlag(cmd)
	cmd.Flags().BoolVar(&o.check, "check", false, "change nothing; list the files that would change and exit 3")
	cmd.Flags().BoolVar(&o.list, "list", true, "print the names of the files that change")
	cmd.Flags().BoolVar(&o.write, "write", true, "rewrite the files; -write=false changes nothing, as -check, and exits 0")
	cmd.Flags().BoolVar(&o.diff, "diff", false, "print what changes")
	cmd.Flags().BoolVar(&o.recursive, "recursive", false, "also go into the directories below")
	return cmd
}

// format formats everything that paths name, goes on after a file that cannot
// be formatted, and reports at the end whether there was one.
func (a *app) format(paths []string, o fmtOptions) error {
	if slices.Contains(paths, "-") {
		if len(paths) > 1 {
			return errors.New(`"-" stands for standard input and stands alone: name the files and directories in a call of their own`)
		}
		return a.formatStdin(o)
	}
	if slices.Contains(paths, "") {
		return errEmptyPath
	}
	var changed, failed int
	fail := func(err error) {
		failed++
		a.printError(err)
	}
	for _, p := range paths {
		files, err := formattable(a.path(p), o.recursive)
		if err != nil {
			fail(err)
		}
		for _, name := range files {
			isChanged, err := a.formatFile(name, o)
			if err != nil {
				fail(err)
			}
			if isChanged {
				changed++
			}
		}
	}
	switch {
	case failed > 0:
		return silent(exitError)
	case o.check && changed > 0:
		return silent(exitIncomplete)
	}
	return nil
}

// formatFile formats one file and reports whether that changes it.
func (a *app) formatFile(name string, o fmtOptions) (changed bool, err error) {
	before, err := os.ReadFile(name)
	if err != nil {
		return false, fileError("fmt: read", name, err)
	}
	after, err := a.formatText(rules.File{Name: name, Bytes: before})
	if err != nil || bytes.Equal(before, after) {
		return false, err
	}
	if !o.check && o.write {
		if err := replaceFile(name, after); err != nil {
			return false, err
		}
	}
	if o.list {
		if _, err := fmt.Fprintln(a.stdout, view.Text(name)); err != nil {
			return true, err
		}
	}
	if o.diff {
		return true, a.writeDiff(name, before, after)
	}
	return true, nil
}

func (a *app) formatStdin(o fmtOptions) error {
	before, err := io.ReadAll(a.stdin)
	if err != nil {
		return fmt.Errorf("fmt: read standard input: %w", err)
	}
	after, err := a.formatText(rules.File{Name: "<stdin>", Bytes: before})
	if err != nil {
		return err
	}
	switch {
	case o.diff:
		err = a.writeDiff("<stdin>", before, after)
	case !o.check && a.out.is:
		_, err = io.WriteString(a.stdout, harmless(after))
	case !o.check:
		_, err = a.stdout.Write(after)
	}
	if err == nil && o.check && !bytes.Equal(before, after) {
		return silent(exitIncomplete)
	}
	return err
}

// writeDiff shows what changes, for people: the layout, and nothing secret.
func (a *app) writeDiff(name string, before, after []byte) error {
	old, changed := rules.Shown(rules.File{Name: name, Bytes: before}), rules.Shown(rules.File{Name: name, Bytes: after})
	title := view.Text(name)
	_, err := io.WriteString(a.stdout, harmless(diff.Diff(title, old, title+" (formatted)", changed)))
	return err
}

// harmless is text without anything that a terminal obeys, line breaks and tabs
// aside.
func harmless(text []byte) string {
	pieces := strings.Split(string(text), "\t")
	for i := range pieces {
		pieces[i] = view.Lines(pieces[i])
	}
	return strings.Join(pieces, "\t")
}

// formatText formats one text; what is wrong with it goes to stderr.
func (a *app) formatText(f rules.File) ([]byte, error) {
	after, diags := rules.Format(f)
	if !diags.HasErrors() {
		return after, nil
	}
	if err := diags.WriteText(a.stderr, a.errs.width, a.errs.color); err != nil {
		return nil, err
	}
	return nil, fmt.Errorf("%s has a syntax error and was left as it is", view.Text(f.Name))
}
