package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/rogpeppe/go-internal/diff"
	"github.com/spf13/cobra"

	"offcut/rules"
)

const fmtCodes = `  0  done
  1  error; a file with a syntax error is left as it is
  3  -check found files that are not in the canonical style`

// fmtOptions are the flags of "offcut fmt".
type fmtOptions struct {
	check, diff, recursive bool
}

// newFmtCommand makes "offcut fmt".
func newFmtCommand(a *app) *cobra.Command {
	var o fmtOptions
	cmd := &cobra.Command{
		Use:   "fmt [PATH...]",
		Short: "Rewrite rule files in the canonical style",
		Long: `Rewrites every *.hcl file of the given directories, or the given files, in the
canonical style, and prints the names of those that changed. "-" reads standard
input and writes standard output. No meaning is changed.`,
		Example: `  offcut fmt
  offcut fmt -check -diff -recursive .
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
	cmd.Flags().BoolVar(&o.diff, "diff", false, "print what changes")
	cmd.Flags().BoolVar(&o.recursive, "recursive", false, "go into the directories below, too")
	return cmd
}

// format formats everything that paths name, goes on after a file that cannot
// be formatted, and says at the end how many those were.
func (a *app) format(paths []string, o fmtOptions) error {
	if len(paths) == 1 && paths[0] == "-" {
		return a.formatStdin(o)
	}
	var changed, failed int
	for _, p := range paths {
		files, err := formattable(a.path(p), o.recursive)
		if err != nil {
			return err
		}
		for _, name := range files {
			isChanged, err := a.formatFile(name, o)
			if err != nil {
				failed++
				a.printError(err)
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

// formattable lists the files that path stands for.
func formattable(path string, recursive bool) ([]string, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, fmt.Errorf("fmt: %w", err)
	}
	if !info.IsDir() {
		if !strings.HasSuffix(path, ".hcl") {
			return nil, fmt.Errorf("fmt: %s is no *.hcl file", path)
		}
		return []string{path}, nil
	}
	var files []string
	err = filepath.WalkDir(path, func(name string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		hidden := name != path && strings.HasPrefix(entry.Name(), ".")
		if entry.IsDir() && name != path && (hidden || !recursive) {
			return fs.SkipDir
		}
		if !entry.IsDir() && !hidden && strings.HasSuffix(name, ".hcl") {
			files = append(files, name)
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("fmt: %w", err)
	}
	return files, nil
}

// formatFile formats one file and reports whether that changes it.
func (a *app) formatFile(name string, o fmtOptions) (changed bool, err error) {
	before, err := os.ReadFile(name)
	if err != nil {
		return false, fmt.Errorf("fmt: %w", err)
	}
	after, err := a.formatText(rules.File{Name: name, Bytes: before})
	if err != nil || bytes.Equal(before, after) {
		return false, err
	}
	if _, err := fmt.Fprintln(a.stdout, name); err != nil {
		return true, err
	}
	if o.diff {
		if _, err := a.stdout.Write(diff.Diff(name, before, name+" (formatted)", after)); err != nil {
			return true, err
		}
	}
	if o.check {
		return true, nil
	}
	return true, replaceFile(name, after)
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
		_, err = a.stdout.Write(diff.Diff("<stdin>", before, "<stdin> (formatted)", after))
	case !o.check:
		_, err = a.stdout.Write(after)
	}
	if err == nil && o.check && !bytes.Equal(before, after) {
		return silent(exitIncomplete)
	}
	return err
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
	return nil, fmt.Errorf("%s has a syntax error and was left as it is", f.Name)
}

// replaceFile puts new content in place of a file at once: a reader sees the old
// text or the new one. A link stays a link; the mode stays the mode.
func replaceFile(name string, content []byte) (err error) {
	real, err := filepath.EvalSymlinks(name)
	if err != nil {
		return fmt.Errorf("fmt: %w", err)
	}
	info, err := os.Stat(real)
	if err != nil {
		return fmt.Errorf("fmt: %w", err)
	}
	temp, err := os.CreateTemp(filepath.Dir(real), ".offcut-fmt-*")
	if err != nil {
		return fmt.Errorf("fmt: %w", err)
	}
	defer func() {
		if err != nil {
			err = errors.Join(fmt.Errorf("fmt: write %s: %w", name, err), os.Remove(temp.Name()))
		}
	}()
	_, err = temp.Write(content)
	err = errors.Join(err, temp.Chmod(info.Mode().Perm()), temp.Sync(), temp.Close())
	if err != nil {
		return err
	}
	return os.Rename(temp.Name(), real)
}
