package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"offcut/cmd/offcut/view"
	"offcut/engine"
	"offcut/engine/planfile"
	"offcut/rules"
)

// isSaved reports whether the argument of apply is a saved plan. A file that is
// neither that nor a rule file is an error.
func (a *app) isSaved(path string) (bool, error) {
	real := a.path(path)
	info, err := os.Stat(real)
	switch {
	case err != nil: // what cannot be looked at is told when it is read
		return false, nil //nolint:nilerr // loadRules has the words for it
	case info.IsDir():
		return false, nil
	case planfile.Is(real):
		return true, nil
	case filepath.Ext(real) == ".hcl":
		return false, nil
	}
	return false, fmt.Errorf("%s is neither a saved plan nor a rule file (*.hcl); if it was a plan, it is damaged: make a new one with \"offcut plan -out FILE\"", view.Text(real))
}

// checkSavedFlags refuses flags that would make another plan of a saved one.
func checkSavedFlags(cmd *cobra.Command) error {
	if cmd.Flags().Changed("var-file") {
		return errSetVariables("")
	}
	for _, name := range []string{"target", "exclude"} {
		if cmd.Flags().Changed(name) {
			return fmt.Errorf("Can't choose rules when applying a saved plan: -%s cannot be used, because the rules that may act were chosen when it was made", name) //nolint:staticcheck // as above
		}
	}
	return nil
}

// errSetVariables refuses a value for a saved plan, in the words that Terraform has.
func errSetVariables(but string) error {
	return fmt.Errorf("Can't set variables when applying a saved plan: -var and -var-file cannot be used, because a saved plan includes the values that were set when it was made%s", but) //nolint:staticcheck // Terraform's words, which its users search for
}

// applySaved applies a plan that was saved. Everything that can be refused is refused
// before anybody is asked; time and buckets are looked at once more after that.
func (a *app) applySaved(ctx context.Context, path string, s selection, approved bool) error {
	if err := a.announce("apply"); err != nil {
		return err
	}
	file, err := planfile.Open(a.path(path), a.path(a.dataDir))
	if err != nil {
		return err
	}
	defer a.tidyUp("remove the plan's working files", file.Plan.Close)
	w, err := a.prepareSaved(ctx, file)
	if err != nil {
		return fmt.Errorf("%w; nothing was attempted", err)
	}
	dir, err := a.holdDataDir(ctx, a.origin("apply", a.path(path)), &w.options)
	if err != nil {
		return err
	}
	defer a.tidyUp("give the data directory back", dir.release)
	if err := dir.settle(ctx, w.cfg, w.stores, w.options); err != nil {
		return err
	}
	if err := dir.refuseApplied(ctx, file.Plan.ID); err != nil {
		return err
	}
	if err := engine.CheckStores(ctx, w.stores, file.Plan); err != nil {
		return fmt.Errorf("%w; nothing was attempted", err)
	}
	if err := a.showSavedPlan(file, path, s, w.loaded); err != nil {
		return err
	}
	w.approved = approved
	return a.askAndCarryOut(ctx, w, file.Plan, dir)
}

// prepareSaved makes ready for a saved plan what prepare makes ready for a new one, or
// says why the plan may not be applied any more. Nothing is sent.
func (a *app) prepareSaved(ctx context.Context, file *planfile.File) (workload, error) {
	p := file.Plan
	if err := engine.CheckTime(p, a.now()); err != nil {
		return workload{}, err
	}
	loaded, err := a.reloadRules(ctx, &file.Header)
	if err != nil {
		return workload{}, err
	}
	if span := loaded.cfg.PlanTTL; span > 0 && !p.Expires.Equal(p.Finished.Add(span)) || span <= 0 && !p.Expires.IsZero() {
		return workload{}, errors.New("the plan's time is not the one that its rules give it: it was altered; make a new plan")
	}
	stores, err := a.openStores(ctx, loaded, p.Acting)
	if err != nil {
		return workload{}, err
	}
	a.resultTells = true
	options := a.engineOptions()
	options.PlanID, options.Observer, options.Acting = p.ID, a.newObserver(p.ID), p.Acting
	return workload{cfg: loaded.cfg, loaded: loaded, stores: stores, options: options}, nil
}

// reloadRules reads the rules of a saved plan again, where they stood, with the values
// that they had and the buckets that were found then. Protects are those that stand there
// now. All else must be as it was.
func (a *app) reloadRules(ctx context.Context, h *planfile.Header) (ruleSet, error) {
	src, err := a.readRules(a.savedPath(h))
	if err != nil {
		return ruleSet{}, stale(h, err.Error())
	}
	vals, err := a.savedValues(h)
	if err != nil {
		return ruleSet{}, err
	}
	for _, f := range h.Rules.Files {
		if f.Kind != planfile.VarFile {
			continue
		}
		text, err := os.ReadFile(f.Path)
		if err != nil {
			return ruleSet{}, stale(h, fileError("read -var-file", f.Path, err).Error())
		}
		vals.Files = append(vals.Files, rules.File{Name: f.Path, Bytes: text})
	}
	now, err := fingerprints(src, vals.Files, savedTexts(h))
	if err != nil {
		return ruleSet{}, err
	}
	if changes := changedFiles(h.Rules.Files, now); len(changes) > 0 {
		return ruleSet{}, stale(h, strings.Join(changes, "; "))
	}
	loaded, err := a.checkRules(ctx, src, vals)
	if err != nil {
		return ruleSet{}, err
	}
	loaded.path, loaded.found = h.Rules.Absolute, h.Found()
	if err := a.resolve(ctx, &loaded); err != nil {
		return ruleSet{}, err
	}
	if loaded.cfg.Fingerprint() != h.Rules.Fingerprint {
		return ruleSet{}, stale(h, otherMeaning(h, now))
	}
	return loaded, nil
}

// savedPath is what the rules of a saved plan are called from here: as when it was made
// where that leads to them still, so that the ledger names their files as it does for a
// plan that apply made itself.
func (a *app) savedPath(h *planfile.Header) string {
	if whole, err := filepath.Abs(a.path(h.Rules.Path)); err == nil && whole == h.Rules.Absolute {
		return h.Rules.Path
	}
	return h.Rules.Absolute
}

// savedTexts reads the text files that a plan's rules read, as far as they are there.
func savedTexts(h *planfile.Header) []rules.File {
	var texts []rules.File
	for _, f := range h.Rules.Files {
		if f.Kind != planfile.TextFile {
			continue
		}
		info, err := os.Stat(f.Path)
		if err != nil || !info.Mode().IsRegular() {
			continue
		}
		if text, err := os.ReadFile(f.Path); err == nil {
			texts = append(texts, rules.File{Name: f.Path, Bytes: text})
		}
	}
	return texts
}

// stale says that the rules are not the plan's any more, in the words that Terraform
// has for it.
func stale(h *planfile.Header, why string) error {
	return fmt.Errorf("saved plan is stale: since it was made at %s its rules have changed: %s: make a new plan", view.Instant(h.Made), why)
}

// changedFiles names the files that are not as they were. A file that was added is
// looked at by what it changes.
func changedFiles(then, now []planfile.SourceFile) []string {
	var changes []string
	for _, f := range then {
		at := slices.IndexFunc(now, func(g planfile.SourceFile) bool { return g.Kind == f.Kind && g.Path == f.Path })
		switch {
		case at < 0:
			changes = append(changes, fmt.Sprintf("%s is gone", f.Path))
		case now[at].SHA256 != f.SHA256:
			changes = append(changes, fmt.Sprintf("%s has other contents", f.Path))
		}
	}
	return changes
}

// otherMeaning says why unchanged files mean something else.
func otherMeaning(h *planfile.Header, now []planfile.SourceFile) string {
	var added []string
	for _, f := range now {
		if !slices.ContainsFunc(h.Rules.Files, func(g planfile.SourceFile) bool { return g.Path == f.Path }) {
			added = append(added, f.Path)
		}
	}
	switch {
	case len(added) > 0:
		return fmt.Sprintf("%s was added, and with it they mean something else", strings.Join(added, ", "))
	case h.Offcut != version:
		return fmt.Sprintf("the files are the same, but offcut %s, which made the plan, read them otherwise than this offcut %s", h.Offcut, version)
	}
	return "the files are the same, but they mean something else"
}
