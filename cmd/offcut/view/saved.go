package view

import (
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"time"

	"offcut/engine"
	"offcut/engine/planfile"
	"offcut/rules"
)

// Instant is a point in time in a sentence: "2026-11-22 03:00:04 UTC".
func Instant(t time.Time) string { return t.UTC().Format("2006-01-02 15:04:05") + " UTC" }

// A SavedPlan is a plan that was read from a file.
type SavedPlan struct {
	File   string // its path
	Apply  string // the command line that applies it
	Header *planfile.Header
	Plan   *engine.Plan
	Now    time.Time // the local clock
}

// expired reports whether the plan is past its time.
func (s SavedPlan) expired() bool {
	return !s.Plan.Expires.IsZero() && !s.Now.Before(s.Plan.Expires)
}

// Saved writes what stands above a saved plan: who made it, when, by which thresholds,
// and how long it can be applied.
func Saved(w io.Writer, s SavedPlan, o Options) error {
	out := newPage(w, o)
	h := s.Header
	out.labelled(plain, "Saved plan "+Text(h.Plan), ", made %s by %s with offcut %s in %s.",
		Instant(h.Made), Text(h.Actor), Text(h.Offcut), Text(h.Directory))
	out.line("Rules: %s (%s).", Text(h.Rules.Absolute), filesPhrase(h.Rules.Files))
	given := slices.Concat(h.Rules.Environment, h.Rules.Flags)
	for _, s := range h.Rules.Sensitive {
		given = append(given, s.Variable+"=(sensitive value)")
	}
	if len(given) > 0 {
		out.line("Values given: %s.", Text(strings.Join(given, ", ")))
	}
	for _, t := range h.Thresholds {
		out.line("%s: %s.", Address(t.Rule), thresholdPhrase(t))
	}
	switch {
	case s.expired():
		out.labelled(notice, "Expired: ", "it could be applied until %s; make a new plan.", Instant(s.Plan.Expires))
	case s.Plan.Expires.IsZero():
		out.line("It can be applied at any time, once, while rules, endpoint and account stay the same.")
	default:
		out.line("It can be applied until %s, once, while rules, endpoint and account stay the same.", Instant(s.Plan.Expires))
	}
	if !s.Plan.Whole() {
		out.labelled(notice, "Incomplete: ", "not everything was seen, or a limit stopped a rule; apply aborts what is listed below and exits 3.")
	}
	out.blank()
	return out.Flush()
}

func filesPhrase(files []planfile.SourceFile) string {
	n := map[planfile.FileKind]int64{}
	for _, f := range files {
		n[f.Kind]++
	}
	text := countOf(n[planfile.RuleFile], "rule file")
	if values := n[planfile.ValueFile] + n[planfile.VarFile]; values > 0 {
		text += ", " + countOf(values, "file") + " of values"
	}
	if texts := n[planfile.TextFile]; texts > 0 {
		text += ", " + countOf(texts, "text file")
	}
	return text
}

// thresholdPhrase is what one rule asks for, in the words of a rule file.
func thresholdPhrase(t planfile.Threshold) string {
	span := func(name string, seconds int64) string {
		return name + ` = "` + rules.FormatDuration(time.Duration(seconds)*time.Second) + `"`
	}
	parts := []string{span("older_than", t.OlderThan), span("idle_for", t.IdleFor)}
	if t.MaxLifetime > 0 {
		parts = append(parts, span("max_lifetime", t.MaxLifetime))
	}
	if t.MaxUploads > 0 {
		parts = append(parts, fmt.Sprintf("max_uploads = %d", t.MaxUploads))
	}
	if t.MaxBytes > 0 {
		parts = append(parts, fmt.Sprintf("max_bytes = %q", rules.SizeText(t.MaxBytes)))
	}
	if t.MaxPercent > 0 {
		parts = append(parts, "max_percent = "+trimFloat(t.MaxPercent))
	}
	return strings.Join(parts, ", ")
}

// ProtectedSince says which protects cover uploads of a saved plan that they did not
// cover when it was made.
func ProtectedSince(w io.Writer, covered map[string]int64, o Options) error {
	out := newPage(w, o)
	for _, protect := range slices.Sorted(maps.Keys(covered)) {
		out.labelled(notice, "Note: ", "%s", protectedSince(protect, covered[protect]))
	}
	return out.Flush()
}

func protectedSince(protect string, n int64) string {
	if n == 1 {
		return Text(protect) + " covers 1 of these uploads now, and did not when the plan was made: it will be left alone."
	}
	return Text(protect) + " covers " + count(n) + " of these uploads now, and did not when the plan was made: they will be left alone."
}

// A Saving is a plan that was written to a file.
type Saving struct {
	File  string
	Apply string // the command line that applies it
	Plan  *engine.Plan
}

// PlanSaved says where a plan was saved and what to run next.
func PlanSaved(w io.Writer, s Saving, o Options) error {
	out := newPage(w, o)
	out.blank()
	out.line("Saved the plan to: %s", Text(s.File))
	switch {
	case s.Plan.Abort.Uploads == 0:
		out.line("There is nothing in it to apply.")
	case s.Plan.Expires.IsZero():
		out.line("To do exactly this, run:")
	default:
		out.line("To do exactly this, run before %s:", Instant(s.Plan.Expires))
	}
	if s.Plan.Abort.Uploads > 0 {
		out.verbatim("    %s", s.Apply)
	}
	return out.Flush()
}

// NotSaved says that apply makes a plan of its own.
func NotSaved(w io.Writer, o Options) error {
	out := newPage(w, o)
	out.blank()
	out.labelled(plain, "Note: ", "You didn't use -out to save this plan, so \"offcut apply\" makes a new one, which may name other uploads, and shows it before it asks.")
	return out.Flush()
}
