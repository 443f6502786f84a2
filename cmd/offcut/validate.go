package main

import (
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"offcut/cmd/offcut/view"
	"offcut/rules"
)

const validateCodes = `  0  the configuration is valid
  1  it is not; every mistake is named`

// newValidateCommand makes "offcut validate".
func newValidateCommand(a *app) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "validate [PATH]",
		Short: "Check rule files; sends nothing",
		Long: `Checks every rule file of a directory, or one file, and names all mistakes with
their place and what to do, those in its files of tests too. It needs no credentials
and sends nothing.`,
		Example: `  offcut validate
  offcut validate -json examples/quickstart`,
		Args:        atMostOnePath,
		Annotations: map[string]string{exitCodes: validateCodes},
		RunE: func(cmd *cobra.Command, args []string) error {
			path, err := firstOr(args, ".")
			if err != nil {
				return err
			}
			return a.validate(cmd.Context(), path)
		},
	}
	a.addRuleFlags(cmd)
	a.addJSONFlag(cmd, "write one JSON object in the shape of terraform validate -json")
	return cmd
}

func (a *app) validate(ctx context.Context, path string) error {
	src, err := a.readRules(path)
	if err != nil {
		return a.invalid(err)
	}
	vals, err := a.ruleValues()
	if err != nil {
		return a.invalid(err)
	}
	set, diags, err := a.parseRules(ctx, src, vals)
	if err != nil {
		return err
	}
	mistakes, err := a.checkTests(ctx, path, src, vals, !diags.HasErrors())
	if errors.Is(err, context.Canceled) {
		return err
	}
	if err != nil {
		return a.invalid(err)
	}
	diags = diags.With(mistakes)
	if a.json {
		err = diags.WriteJSON(view.NewJSONWriter(a.stdout))
	} else {
		err = a.writeValidity(diags, len(set.Queries()))
	}
	if err != nil {
		return err
	}
	if diags.HasErrors() {
		return silent(exitError)
	}
	return nil
}

// invalid says that there is nothing to check, in the one object that -json
// promises as well as in words.
func (a *app) invalid(err error) error {
	if !a.json {
		return err
	}
	return errors.Join(err, view.Invalid(a.stdout, err))
}

// writeValidity says whether rules are valid, and how many data blocks ask for buckets
// that nobody asked for here.
func (a *app) writeValidity(diags rules.Diagnostics, data int) error {
	if err := diags.WriteText(a.stderr, a.errs.width, a.errs.color); err != nil {
		return err
	}
	failed, warned := diags.Counts()
	if failed > 0 {
		return nil
	}
	text := "Success! The configuration is valid."
	if warned > 0 {
		text = fmt.Sprintf("Success! The configuration is valid, with %s, as shown above.", view.CountOf(int64(warned), "warning"))
	}
	if a.out.color {
		text = "\x1b[1;32mSuccess!\x1b[0m" + text[len("Success!"):]
	}
	if data > 0 {
		look := "look"
		if data == 1 {
			look = "looks"
		}
		text += fmt.Sprintf("\nIts %s %s up buckets when a plan is made.", view.CountOf(int64(data), "data block"), look)
	}
	_, err := io.WriteString(a.stdout, text+"\n")
	return err
}
