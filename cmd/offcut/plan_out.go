package main

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"time"

	"offcut/cmd/offcut/view"
	"offcut/engine"
	"offcut/engine/planfile"
	"offcut/rules"
)

// showAndSave shows a plan and saves it where that was asked for. A plan that cannot
// be saved is shown all the same, and one that cannot be shown is saved.
func (a *app) showAndSave(p *engine.Plan, path string, w workload, s selection) error {
	if s.out == "" {
		if err := a.showPlan(p, w.loaded, s); err != nil {
			return err
		}
		return a.suggestOut(p, s)
	}
	header, err := a.headerOf(path, w, p)
	if err == nil {
		err = planfile.Write(a.path(s.out), header, p)
	}
	if err := errors.Join(err, a.showPlan(p, w.loaded, s)); err != nil {
		return err
	}
	return a.tellSaved(p, s)
}

// suggestOut tells people, and no programs, that apply makes a plan of its own.
func (a *app) suggestOut(p *engine.Plan, s selection) error {
	if !a.out.is || s.format != "table" || p.Abort.Uploads == 0 {
		return nil
	}
	return view.NotSaved(a.stdout, a.viewOptions())
}

// tellSaved says where the plan is, and what to run next.
func (a *app) tellSaved(p *engine.Plan, s selection) error {
	if s.format == "json" {
		return view.PlanSavedJSON(a.stdout, a.path(s.out), p)
	}
	out, o := a.stdout, a.viewOptions()
	if s.format == "csv" {
		out, o = a.stderr, view.Options{Width: a.errs.width, Color: a.errs.color}
	}
	return view.PlanSaved(out, view.Saving{File: a.path(s.out), Apply: a.applyCommand(s.out), Plan: p}, o)
}

// applyCommand is the command line that applies a saved plan from here.
func (a *app) applyCommand(file string) string {
	return a.here("apply") + " " + shellPath(file)
}

// here is the command line of a command that works in the same directories.
func (a *app) here(command string) string {
	command = "offcut " + command
	if a.chdir != "" {
		command += " -chdir " + shellPath(a.chdir)
	}
	if a.dataDir != ".offcut" {
		command += " -data-dir " + shellPath(a.dataDir)
	}
	return command
}

// headerOf says where a plan came from.
func (a *app) headerOf(path string, w workload, p *engine.Plan) (planfile.Header, error) {
	source, err := a.sourceOf(path, w.loaded, p.ID)
	if err != nil {
		return planfile.Header{}, err
	}
	here, err := os.Getwd()
	if err != nil {
		return planfile.Header{}, err
	}
	var found []planfile.Discovery
	for _, d := range w.cfg.Discoveries {
		found = append(found, planfile.Discovery{Address: d.Address, Provider: d.Provider, Buckets: w.loaded.found.Of(d)})
	}
	o := a.origin("plan", "")
	return planfile.Header{
		Offcut: o.Version, Actor: o.Actor, Command: o.Command, Directory: here,
		Rules: source, Thresholds: thresholdsOf(w.cfg, p.Acting), Discoveries: found,
	}, nil
}

// sourceOf says which files and values the rule set of a plan came from. Only values of
// variables that it declares are kept, an environment holds much that is nobody's
// business, and of sensitive ones only hashes.
func (a *app) sourceOf(path string, loaded ruleSet, plan string) (planfile.Source, error) {
	whole, err := filepath.Abs(a.path(path))
	if err != nil {
		return planfile.Source{}, err
	}
	s := planfile.Source{
		Path: path, Absolute: whole, Fingerprint: loaded.cfg.Fingerprint(),
	}
	shown, sensitive := loaded.set.Given(loaded.Values)
	for _, g := range shown {
		if g.Flag {
			s.Flags = append(s.Flags, g.Entry())
		} else {
			s.Environment = append(s.Environment, g.Entry())
		}
	}
	for _, g := range sensitive {
		s.Sensitive = append(s.Sensitive, planfile.Sensitive{
			Variable: g.Name, Flag: g.Flag, Hash: planfile.ValueHash(plan, g.Name, g.Text),
		})
	}
	s.Files, err = fingerprints(loaded.src, loaded.Files, loaded.set.ReadFiles())
	return s, err
}

// fingerprints names the files that rules were loaded from with their SHA-256.
func fingerprints(src rules.Source, varFiles, texts []rules.File) ([]planfile.SourceFile, error) {
	var all []planfile.SourceFile
	for _, group := range []struct {
		kind  planfile.FileKind
		files []rules.File
	}{{planfile.RuleFile, src.Rules}, {planfile.ValueFile, src.Vars}, {planfile.VarFile, varFiles}, {planfile.TextFile, texts}} {
		for _, f := range group.files {
			path, err := filepath.Abs(filepath.FromSlash(f.Name))
			if err != nil {
				return nil, err
			}
			sum := sha256.Sum256(f.Bytes)
			all = append(all, planfile.SourceFile{Kind: group.kind, Path: path, SHA256: hex.EncodeToString(sum[:])})
		}
	}
	return all, nil
}

// thresholdsOf tells what the acting rules ask for.
func thresholdsOf(cfg *rules.Config, acting []string) []planfile.Threshold {
	var all []planfile.Threshold
	seconds := func(d time.Duration) int64 { return int64(d / time.Second) }
	for i := range cfg.Rules {
		r := &cfg.Rules[i]
		if !slices.Contains(acting, r.Address) {
			continue
		}
		all = append(all, planfile.Threshold{
			Rule: r.Address, Description: r.Description,
			OlderThan: seconds(r.Stale.OlderThan), IdleFor: seconds(r.Stale.IdleFor), MaxLifetime: seconds(r.Stale.MaxLifetime),
			MaxUploads: r.Limits.MaxUploads, MaxBytes: r.Limits.MaxBytes, MaxPercent: r.Limits.MaxPercent,
		})
	}
	return all
}
