package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"offcut/cmd/offcut/view"
	"offcut/engine"
)

const haltHelp = `The kill switch. While a data directory is halted nothing is aborted from it:
apply and the ticks of serve refuse, and one that is under way stops before its
next abort. Halting works at once and needs no lock; it stays until it is lifted.

Without a flag it says whether the data directory is halted.`

const haltCodes = `    0  done; alone: not halted
    1  error
    3  alone: halted`

// newHaltCommand makes "offcut halt".
func newHaltCommand(a *app) *cobra.Command {
	var reason string
	var lift bool
	cmd := &cobra.Command{
		Use:   "halt",
		Short: "Stop every abort from a data directory, until it is lifted",
		Long:  haltHelp,
		Example: `  offcut halt -reason "INC-4711: uploads of camera 7 are missing"
  offcut halt
  offcut halt -lift`,
		Annotations: map[string]string{exitCodes: haltCodes},
		Args:        atMost(0, "argument"),
		RunE: func(cmd *cobra.Command, _ []string) error {
			given := cmd.Flags().Changed("reason")
			if given && lift {
				return errors.New("-reason halts and -lift ends it: give one of them")
			}
			if err := a.announce("halt"); err != nil {
				return err
			}
			switch {
			case given:
				return a.putHalt(reason)
			case lift:
				return a.liftHalt()
			}
			return a.showHalt()
		},
	}
	cmd.Flags().StringVar(&reason, "reason", "", "halt, and tell everybody whom it stops this `TEXT`")
	cmd.Flags().BoolVar(&lift, "lift", false, "end the halt")
	a.addJSONFlag(cmd, "write a JSON line")
	a.addChdirFlag(cmd)
	cmd.Flags().StringVar(&a.dataDir, "data-dir", ".offcut", "halt what aborts from `DIR`")
	return cmd
}

// haltDir is the data directory that halt is about, as everybody else may name it.
func (a *app) haltDir() (string, error) { return filepath.Abs(a.path(a.dataDir)) }

// putHalt halts the data directory. Where that is made by it, somebody may have
// meant another: a halt in the wrong place stops nothing.
func (a *app) putHalt(reason string) error {
	if strings.TrimSpace(reason) == "" {
		return errors.New("-reason is empty: say why, for those whom it stops")
	}
	dir, err := a.haltDir()
	if err != nil {
		return err
	}
	_, err = os.Stat(dir)
	isNew := errors.Is(err, fs.ErrNotExist)
	if err := engine.PutHalt(dir, engine.Halt{Reason: reason, By: actor(), Since: time.Now().UTC().Truncate(time.Second)}); err != nil {
		return err
	}
	if isNew {
		_, err := fmt.Fprintf(a.stderr, "Note: %s was not there and is new. Is it the directory that apply and serve work in? A halt stops only what works in its directory.\n", view.Text(dir))
		if err != nil {
			return err
		}
	}
	return a.writeHalt(dir)
}

// liftHalt ends the halt. That there is none is an error: who lifts it expects one,
// and may be in the wrong place.
func (a *app) liftHalt() error {
	dir, err := a.haltDir()
	if err != nil {
		return err
	}
	was, err := engine.LiftHalt(dir)
	if err != nil {
		return err
	}
	if was == nil {
		return fmt.Errorf("%s is not halted, so nothing was lifted; if another data directory was meant, name it with -data-dir", view.Text(dir))
	}
	if !a.json && was.By != "" {
		if err := view.HaltLifted(a.stdout, was); err != nil {
			return err
		}
	}
	return a.writeHalt(dir)
}

// showHalt says whether the data directory is halted; the exit code says it too.
func (a *app) showHalt() error {
	dir, err := a.haltDir()
	if err != nil {
		return err
	}
	if err := a.writeHalt(dir); err != nil {
		return err
	}
	if h, err := engine.ReadHalt(dir); h != nil || err != nil {
		return silent(exitIncomplete)
	}
	return nil
}

// writeHalt writes the state of a data directory. A halt that cannot be read is one.
func (a *app) writeHalt(dir string) error {
	h, err := engine.ReadHalt(dir)
	if err != nil {
		h = &engine.Halt{Reason: err.Error()}
	}
	if a.json {
		return view.HaltStateJSON(a.stdout, dir, h)
	}
	return view.HaltState(a.stdout, view.HaltDir{Path: dir, Lift: a.here("halt -lift")}, h, a.viewOptions())
}
