package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"offcut/cmd/offcut/view"
	"offcut/engine"
	"offcut/engine/ledger"
	"offcut/rules"
)

// pastFlags are the flags of the history commands, as they were written.
type pastFlags struct {
	since, until           string
	rule, provider, bucket string
	key, uploadID, run     string
	outcomes               []string
	limit                  int
	limitGiven             bool
	format                 string // "table", "csv" or "json"
}

// addPastFlags is for commands that look into the ledger.
func (a *app) addPastFlags(cmd *cobra.Command, f *pastFlags, limit int) {
	flags := cmd.Flags()
	flags.StringVar(&f.since, "since", "", "only from `TIME` on: 7d (ago), 2026-11-20, or 2026-11-20T03:00:00Z")
	flags.StringVar(&f.until, "until", "", "only before `TIME`, written like that of -since")
	flags.StringVar(&f.rule, "rule", "", "only what the rule at `ADDRESS` did")
	a.completeRules(cmd, "rule", func(rules.Outline) bool { return true })
	flags.StringVar(&f.provider, "provider", "", "only the provider at `ADDRESS`")
	flags.StringVar(&f.bucket, "bucket", "", "only the bucket with this `NAME`")
	flags.StringArrayVar(&f.outcomes, "outcome", nil, "only uploads that ended as `RESULT`; may be repeated")
	flags.IntVar(&f.limit, "limit", limit, "show at most `N` rows; without it, CSV and JSON hold all")
	flags.StringVar(&f.format, "format", "table", "write as `FORM`: table or csv")
	a.addJSONFlag(cmd, "write JSON lines")
	a.addChdirFlag(cmd)
	cmd.Flags().StringVar(&a.dataDir, "data-dir", ".offcut", "read the ledger in `DIR`")
	completeValues(cmd, "format", "table", "csv")
	completeValues(cmd, "outcome", resultNames()...)
}

// addUploadFilters is for commands that know single uploads.
func (a *app) addUploadFilters(cmd *cobra.Command, f *pastFlags) {
	cmd.Flags().StringVar(&f.key, "key", "", "only the `KEY`; with a * at its end and no other, all keys that begin so; else a glob with *, ** and ?")
	cmd.Flags().StringVar(&f.uploadID, "upload-id", "", "only the upload with this `ID`")
}

// rows is how many rows may be shown; 0 means all.
func (f *pastFlags) rows() int {
	if f.format != "table" && !f.limitGiven {
		return 0
	}
	return f.limit
}

// filter turns the flags into what they mean.
func (f *pastFlags) filter(asJSON, limitGiven bool) (ledger.Filter, error) {
	f.limitGiven = limitGiven
	switch {
	case f.limit < 1:
		return ledger.Filter{}, fmt.Errorf("-limit is %d: give a number from 1", f.limit)
	case f.format != "table" && f.format != "csv":
		return ledger.Filter{}, fmt.Errorf("-format is %q: give table or csv", f.format)
	case asJSON && f.format == "csv":
		return ledger.Filter{}, errors.New("-json and -format csv exclude each other")
	case asJSON:
		f.format = "json"
	}
	out := ledger.Filter{Run: f.run, Rule: f.rule, Provider: f.provider, Bucket: f.bucket, UploadID: f.uploadID}
	if a, err := rules.ParseAddress(f.rule); err == nil {
		out.Rule = a.String()
	} else if strings.Contains(f.rule, "[") {
		return ledger.Filter{}, fmt.Errorf("-rule: %w; a shell needs quotes around it: -rule 'rule.stale[\"raw\"]'", err)
	}
	if err := f.chooseKeys(&out); err != nil {
		return ledger.Filter{}, err
	}
	now := time.Now()
	var err error
	if out.Since, err = parseWhen("since", f.since, now); err != nil {
		return ledger.Filter{}, err
	}
	if out.Until, err = parseWhen("until", f.until, now); err != nil {
		return ledger.Filter{}, err
	}
	if !out.Since.IsZero() && !out.Until.IsZero() && !out.Since.Before(out.Until) {
		return ledger.Filter{}, fmt.Errorf("-since %s is not before -until %s, so nothing can match", f.since, f.until)
	}
	out.Results, err = parseResults(f.outcomes)
	return out, err
}

// chooseKeys turns -key into what it means. What holds no * and no ? is the key itself,
// whatever else is in it.
func (f *pastFlags) chooseKeys(out *ledger.Filter) error {
	beginning, ends := strings.CutSuffix(f.key, "*")
	switch {
	case !strings.ContainsAny(f.key, "*?"):
		out.Key = f.key
		return nil
	case ends && !strings.ContainsAny(beginning, `*?\`):
		out.Key, out.KeyPrefix = beginning, beginning != "" // "*" alone is every key
		return nil
	}
	glob, err := rules.ParseGlob(f.key)
	if err != nil {
		return fmt.Errorf("-key: %w", err)
	}
	out.Key, out.KeyPrefix, out.KeyGlob = glob.Prefix(), true, f.key
	return nil
}

// parseWhen reads an instant: a duration before now, a day, or an instant as RFC
// 3339 has it. Without a zone it is UTC.
func parseWhen(flag, text string, now time.Time) (time.Time, error) {
	if text == "" {
		return time.Time{}, nil
	}
	for _, layout := range []string{time.RFC3339, "2006-01-02", "2006-01-02 15:04", "2006-01-02 15:04:05"} {
		if t, err := time.Parse(layout, text); err == nil {
			return t.UTC(), nil
		}
	}
	if d, err := rules.ParseDuration(text); err == nil && d >= 0 {
		return now.Add(-d).UTC(), nil
	}
	return time.Time{}, fmt.Errorf("-%s is %q: give a time before now such as 12h or 7d, a day such as 2026-11-20, or an instant such as 2026-11-20T03:00:00Z", flag, text)
}

func resultNames() []string {
	var names []string
	for _, r := range engine.Results {
		names = append(names, string(r))
	}
	return names
}

func parseResults(words []string) ([]engine.Result, error) {
	var list []engine.Result
	for _, word := range words {
		if !slices.Contains(engine.Results, engine.Result(word)) {
			return nil, noSuchResult(word)
		}
		list = append(list, engine.Result(word))
	}
	return list, nil
}

func noSuchResult(word string) error {
	probe := &cobra.Command{SuggestionsMinimumDistance: 3}
	for _, name := range resultNames() {
		probe.AddCommand(&cobra.Command{Use: name, Run: func(*cobra.Command, []string) {}})
	}
	names := resultNames()
	allowed := "Outcomes are " + strings.Join(names[:len(names)-1], ", ") + " and " + names[len(names)-1] + "."
	return unknown("outcome", word, probe.SuggestionsFor(word), allowed)
}

// findRun finds the one run whose id begins so.
func findRun(ctx context.Context, p past, id string) (ledger.RunSummary, error) {
	var found []ledger.RunSummary
	for r, err := range p.Runs(ctx, ledger.Filter{Run: id}) {
		if err != nil {
			return ledger.RunSummary{}, err
		}
		if r.ID == id {
			return r, nil
		}
		found = append(found, r)
	}
	switch len(found) {
	case 1:
		return found[0], nil
	case 0:
		return ledger.RunSummary{}, fmt.Errorf(`there is no run %s in the ledger; "offcut history" lists them`, view.Text(id))
	}
	text := fmt.Sprintf("%s runs begin with %s:", view.Count(int64(len(found))), view.Text(id))
	for _, r := range found[:min(len(found), 10)] {
		text += fmt.Sprintf("\n  %s of %s", r.ID, view.Instant(r.Started))
	}
	return ledger.RunSummary{}, errors.New(text + "\nGive more of the id.")
}
