package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"offcut/cmd/offcut/view"
	"offcut/engine"
	"offcut/engine/ks3"
	"offcut/engine/planfile"
	"offcut/rules"
)

// A ruleSet is rules, and what they were loaded from.
type ruleSet struct {
	cfg  *rules.Config
	path string // as it was given
	src  rules.Source
	set  *rules.Set
	rules.Values

	found       rules.Found      // the bucket lists that data blocks asked for
	discoveries []view.Discovery // what data blocks found, by address
	asked       int64            // requests sent for that
	stores      engine.Stores    // that were opened for it
}

// loadRuleSet reads the rule files at path (a directory or a file) with the common
// flags' values, and asks for the bucket lists that their data blocks need. Without
// data blocks nothing is sent. Diagnostics go to stderr; errors become an exitStatus.
func (a *app) loadRuleSet(ctx context.Context, path string) (ruleSet, error) {
	src, err := a.readRules(path)
	if err != nil {
		return ruleSet{}, err
	}
	vals, err := a.ruleValues()
	if err != nil {
		return ruleSet{}, err
	}
	loaded, err := a.checkRules(ctx, src, vals)
	if err != nil {
		return ruleSet{}, err
	}
	loaded.path = path
	if err := a.discover(ctx, &loaded); err != nil {
		return ruleSet{}, err
	}
	a.compareDiscoveries(&loaded)
	return loaded, nil
}

// checkRules reads the text of rules, whose meaning may still depend on bucket lists.
func (a *app) checkRules(ctx context.Context, src rules.Source, vals rules.Values) (ruleSet, error) {
	set, diags, err := a.parseRules(ctx, src, vals)
	if err == nil {
		err = a.showDiagnostics(diags)
	}
	if err != nil {
		return ruleSet{}, err
	}
	return ruleSet{src: src, set: set, Values: vals}, nil
}

// parseRules reads the text of rules, and says what is wrong with it now.
func (a *app) parseRules(ctx context.Context, src rules.Source, vals rules.Values) (*rules.Set, rules.Diagnostics, error) {
	type parsed struct {
		set   *rules.Set
		diags rules.Diagnostics
	}
	p, err := unlessStopped(ctx, func() parsed {
		set, diags := rules.Load(src, vals)
		return parsed{set, diags.With(set.CheckAt(a.now()))}
	})
	return p.set, p.diags, err
}

// showDiagnostics writes messages about rule files to stderr, and with -json to
// stdout. It ends the command when one of them is an error.
func (a *app) showDiagnostics(diags rules.Diagnostics) error {
	return a.showMistakes(diags, "rule", "nothing was sent")
}

// showMistakes is showDiagnostics for other files than rules, or once something was
// done: kind and done say in the error which files, and what.
func (a *app) showMistakes(diags rules.Diagnostics, kind, done string) error {
	if err := diags.WriteText(a.stderr, a.errs.width, a.errs.color); err != nil {
		return err
	}
	if a.json {
		if err := view.RuleDiagnostics(a.stdout, diags); err != nil {
			return err
		}
	}
	if !diags.HasErrors() {
		return nil
	}
	if diags.InFlags() {
		return exitStatus{code: exitError, err: fmt.Errorf("-var is wrong; %s", done)}
	}
	failed, _ := diags.Counts()
	return exitStatus{code: exitError, err: fmt.Errorf("the %s files have %s; %s", kind, view.CountOf(int64(failed), "mistake"), done)}
}

// readRules collects the files at path, of which at least one holds rules.
func (a *app) readRules(path string) (rules.Source, error) {
	src, err := a.readSource(path)
	if err == nil && len(src.Rules) == 0 {
		return rules.Source{}, noRuleFiles(a.path(path))
	}
	return src, err
}

// readSource collects the files at path.
func (a *app) readSource(path string) (rules.Source, error) {
	real := a.path(path)
	info, err := os.Stat(real)
	if errors.Is(err, fs.ErrNotExist) {
		return rules.Source{}, noSuchFile(real)
	}
	if err != nil {
		return rules.Source{}, fmt.Errorf("read the rule files: %w", err)
	}
	dir, name := real, "."
	if planfile.Is(real) {
		return rules.Source{}, fmt.Errorf("%s is a saved plan, not a rule file: \"offcut show %[1]s\" shows it, and \"offcut apply %[1]s\" applies it", view.Text(real))
	}
	if !info.IsDir() && !strings.HasSuffix(real, ".hcl") {
		return rules.Source{}, fmt.Errorf("%s is not a rule file: name a directory, or a file *.hcl", view.Text(real))
	}
	if !info.IsDir() {
		dir, name = filepath.Dir(real), filepath.Base(real)
	}
	src, err := rules.ReadSource(os.DirFS(dir), name, filepath.ToSlash(dir))
	if err != nil {
		return rules.Source{}, fmt.Errorf("read the rule files: %w", err)
	}
	src.Dir, src.Regions = ruleDir(dir), a.regions()
	return src, nil
}

// regions are the codes that the region of a ks3 provider may be. KS3_ENDPOINT takes the
// place of the region's host, and with it any region will do.
func (a *app) regions() []string {
	if a.getenv("KS3_ENDPOINT") != "" {
		return nil
	}
	var codes []string
	for _, r := range ks3.Regions() {
		codes = append(codes, r.Code)
	}
	return codes
}

func noRuleFiles(dir string) error {
	where := "This directory holds"
	if dir != "." {
		where = fmt.Sprintf("The directory %s holds", view.Text(dir))
	}
	return fmt.Errorf(`%s no rule file (*.hcl). "offcut init" writes one to start from; examples/quickstart is a whole one, and "offcut demo" runs it`, where)
}

// ruleValues collects what sets variables: the environment, -var-file and -var.
func (a *app) ruleValues() (rules.Values, error) {
	vals := rules.Values{Env: a.environ, Flags: a.vars}
	for _, name := range a.varFiles {
		text, err := os.ReadFile(a.path(name))
		if err != nil {
			return rules.Values{}, fileError("read -var-file", a.path(name), err)
		}
		vals.Files = append(vals.Files, rules.File{Name: a.path(name), Bytes: text})
	}
	return vals, nil
}
