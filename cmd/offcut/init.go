package main

import (
	_ "embed"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"offcut/cmd/offcut/view"
)

// starterFile is the name that init writes.
const starterFile = "offcut.hcl"

//go:embed starter.hcl
var starterText string

// newInitCommand makes "offcut init".
func newInitCommand(a *app) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "init [DIR]",
		Short: "Write a commented starter rule file",
		Long: `Writes a commented offcut.hcl to start from. The directory is made when it is
missing; a file that is there already is never overwritten. It sends nothing.`,
		Example: `  offcut init
  offcut init cleanup`,
		Args: atMost(1, "DIR"),
		RunE: func(_ *cobra.Command, args []string) error {
			dir, err := firstOr(args, ".")
			if err != nil {
				return err
			}
			return a.writeStarter(dir)
		},
	}
	a.addChdirFlag(cmd)
	return cmd
}

func (a *app) writeStarter(dir string) error {
	real := a.path(dir)
	if err := os.MkdirAll(real, 0o755); err != nil {
		return fileError("init: make", real, err)
	}
	name := filepath.Join(real, starterFile)
	if err := createFile(name, starterText); err != nil {
		if errors.Is(err, fs.ErrExist) {
			return fmt.Errorf("%s exists already and was left as it is", view.Text(name))
		}
		return fileError("init: write", name, err)
	}
	target := ""
	if filepath.Clean(real) != "." {
		target = " " + shellPath(real)
	}
	_, err := fmt.Fprintf(a.stdout, `Wrote %[1]s. Nothing was sent.

Next:
  1. Put your bucket and prefix into %[1]s; every line says what it is for.
  2. offcut validate%[2]s      checks it, without a network
  3. offcut plan%[2]s          lists what is stale; it only reads
  4. offcut apply%[2]s         aborts what the plan names, after asking
`, view.Text(name), target)
	return err
}

// createFile writes a new file and refuses to touch one that exists.
func createFile(name, text string) error {
	f, err := os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	if err != nil {
		return err
	}
	_, err = f.WriteString(text)
	return errors.Join(err, f.Close())
}
