package main

import (
	"errors"
	"os"

	"github.com/spf13/cobra"

	"offcut/cmd/offcut/view"
	"offcut/engine"
	"offcut/engine/planfile"
	"offcut/rules"
)

const showCodes = `    0  done, also for a plan that has expired
    1  error: no saved plan, or a damaged one`

// newShowCommand makes "offcut show".
func newShowCommand(a *app) *cobra.Command {
	var s selection
	var workDir string
	cmd := &cobra.Command{
		Use:   "show PLANFILE",
		Short: "Show a plan that was saved",
		Long: `Shows what a plan that "offcut plan -out" saved would abort, who made it when, by
which thresholds, and how long it can be applied. It needs no network, no
credentials and no rule files.`,
		Example: `  offcut show stale.plan
  offcut show -json stale.plan
  offcut show -format csv stale.plan >stale.csv`,
		Annotations: map[string]string{exitCodes: showCodes},
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) == 0 {
				return errors.New(`name the saved plan: offcut show PLANFILE; "offcut plan -out PLANFILE" saves one`)
			}
			return atMost(1, "PLANFILE")(cmd, args)
		},
	}
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		if args[0] == "" {
			return errEmptyPath
		}
		if err := s.check(a.json, cmd.Flags().Changed("limit")); err != nil {
			return err
		}
		if workDir == "" {
			return a.show(args[0], os.TempDir(), s)
		}
		a.dataDir = workDir
		return a.show(args[0], a.path(workDir), s)
	}
	a.addChdirFlag(cmd)
	cmd.Flags().IntVar(&s.limit, "limit", 50, "show at most `N` rows of a table")
	cmd.Flags().StringVar(&s.format, "format", "table", "write the plan as `FORM`: table or csv")
	completeValues(cmd, "format", "table", "csv")
	a.addJSONFlag(cmd, "write JSON lines")
	cmd.Flags().StringVar(&workDir, "data-dir", "", "keep working files, while it runs, in `DIR` instead of the temporary directory")
	return cmd
}

// show shows the plan at path; dir is for working files.
func (a *app) show(path, dir string, s selection) error {
	if err := a.announce("show"); err != nil {
		return err
	}
	file, err := planfile.Open(a.path(path), dir)
	if err != nil {
		return err
	}
	defer a.tidyUp("remove the plan's working files", file.Plan.Close)
	s.past = true
	if err := a.showHeader(file, path, s); err != nil {
		return err
	}
	return a.showPlan(file.Plan, ruleSet{discoveries: discoveriesOf(&file.Header)}, s)
}

// showHeader tells who made a saved plan, when and by which thresholds.
func (a *app) showHeader(file *planfile.File, path string, s selection) error {
	saved := view.SavedPlan{File: a.path(path), Apply: a.applyCommand(path), Header: &file.Header, Plan: file.Plan, Now: a.now()}
	switch s.format {
	case "csv":
		return nil
	case "json":
		return view.SavedJSON(a.stdout, saved)
	default:
		return view.Saved(a.stdout, saved, a.viewOptions())
	}
}

// showSavedPlan shows a saved plan that is going to be applied under the protects that
// stand in its rules now.
func (a *app) showSavedPlan(file *planfile.File, path string, s selection, by ruleSet) error {
	s.past = true
	if err := a.showHeader(file, path, s); err != nil {
		return err
	}
	if err := a.showPlan(file.Plan, by, s); err != nil {
		return err
	}
	covered, err := protectedSince(file.Plan, by.cfg)
	if err != nil || len(covered) == 0 {
		return err
	}
	if s.format == "json" {
		return view.ProtectedSinceJSON(a.stdout, covered)
	}
	return view.ProtectedSince(a.stdout, covered, a.viewOptions())
}

// discoveriesOf is what data blocks found when a saved plan was made.
func discoveriesOf(h *planfile.Header) []view.Discovery {
	var all []view.Discovery
	for _, d := range h.Discoveries {
		found := rules.Discovery{Address: d.Address, Provider: d.Provider}
		for _, b := range d.Buckets {
			found.Names = append(found.Names, b.Name)
		}
		all = append(all, view.Discovery{Discovery: found})
	}
	return all
}

// protectedSince counts the uploads of a saved plan that a protect covers now, by the
// protect's address.
func protectedSince(p *engine.Plan, cfg *rules.Config) (map[string]int64, error) {
	covered := map[string]int64{}
	if len(cfg.Protects) == 0 {
		return covered, nil
	}
	for it, err := range p.Items() {
		if err != nil {
			return nil, err
		}
		for i := range p.Providers {
			if p.Providers[i].Address != it.Upload.Provider {
				continue
			}
			if v := cfg.Decide(&it.Upload, &it.Parts, p.Providers[i].Now); v.Reason == rules.KeepProtected {
				covered[v.By]++
			}
		}
	}
	return covered, nil
}
