package view

import (
	"fmt"
	"io"
	"iter"
	"time"

	"offcut/engine"
	"offcut/engine/ledger"
	"offcut/rules"
)

// HistoryRun writes one run whole: who did it, where and by which rules, what came
// of it, and the outcomes that rows yields; sums adds up all that rows could yield.
func HistoryRun(w io.Writer, r *ledger.RunSummary, rows iter.Seq2[ledger.Entry, error], sums Results, o Options) error {
	out := newPage(w, o)
	out.atTop = true
	writeRunHead(out, r)
	if err := writeRunRules(out, r); err != nil {
		return err
	}
	if err := writeRunSums(out, r); err != nil {
		return err
	}
	if err := writeEntries(out, rows, sums, false); err != nil {
		return err
	}
	out.blank()
	out.labelled(plain, "Run: ", "%s planned; %s.", count(r.Totals.Uploads), resultsPhrase(r.Results)+openPhrase(r))
	return out.Flush()
}

func writeRunHead(out *page, r *ledger.RunSummary) {
	out.line("Run %s by %s (%s, offcut %s)", Text(r.ID), Text(r.Origin.Actor), Text(r.Origin.Command), Text(r.Origin.Version))
	if r.Origin.PlanFile != "" {
		out.line("of the saved plan %s", Text(r.Origin.PlanFile))
	}
	out.line("planned %s, begun %s, %s.", second(r.Planned), second(r.Started), endPhrase(r))
	for _, p := range r.Providers {
		out.line("%s: %s", Text(p.Address), asked(p))
	}
}

func second(t time.Time) string {
	if t.IsZero() {
		return "at an unknown time"
	}
	return Instant(t)
}

// endPhrase says how a run ended.
func endPhrase(r *ledger.RunSummary) string {
	switch StateOf(r) {
	case RunSettled:
		return "killed; settled " + second(r.End.Finished) + " by " + Text(r.End.SettledBy)
	case RunInterrupted:
		return "interrupted by a signal, ended " + second(r.End.Finished)
	case RunOpen:
		return "not ended: it is under way, or was killed; the next apply settles what a killed run left"
	}
	return "finished " + second(r.End.Finished)
}

// asked says where a run worked and as whom.
func asked(p engine.ProviderStatus) string {
	text := Text(p.Identity.Endpoint)
	if p.Identity.Region != "" {
		text += " (" + Text(p.Identity.Region) + ")"
	}
	if p.Identity.AccessKeyID != "" {
		text += " as " + Text(p.Identity.AccessKeyID)
	}
	owners := map[string]bool{}
	for _, b := range p.Buckets {
		if b.Owner != "" && !owners[b.Owner] {
			owners[b.Owner] = true
			text += ", account " + Account(b.Owner)
		}
	}
	return text
}

func writeRunRules(out *page, r *ledger.RunSummary) error {
	if len(r.Rules) == 0 {
		return nil
	}
	t := table{columns: []column{{head: "RULE"}, {head: "STANDS IN"}}}
	for _, rule := range r.Rules {
		t.rows = append(t.rows, []string{Address(rule.Address), Text(fmt.Sprintf("%s:%d", rule.File, rule.Line))})
	}
	out.blank()
	return t.write(out)
}

// writeRunSums writes what came of the run's uploads.
func writeRunSums(out *page, r *ledger.RunSummary) error {
	t := table{columns: []column{
		{head: "OUTCOME"}, {head: "UPLOADS", right: true}, {head: "PARTS", right: true}, {head: "SIZE", right: true}, {head: "A MONTH", right: true},
	}}
	for _, result := range engine.Results {
		if sum := r.Results[result]; sum.Uploads > 0 {
			t.rows = append(t.rows, sumRow(string(result), sum))
		}
	}
	if r.Open > 0 {
		t.rows = append(t.rows, []string{"none yet", count(r.Open), "", "", ""})
	}
	if len(t.rows) == 0 {
		return nil
	}
	out.blank()
	return t.write(out)
}

func sumRow(name string, sum engine.Totals) []string {
	return []string{name, count(sum.Uploads), count(sum.Parts), rules.FormatSize(sum.Bytes), moneyCell(sum.Cost)}
}

func openPhrase(r *ledger.RunSummary) string {
	if r.Open == 0 {
		return ""
	}
	return ", " + count(r.Open) + " without an outcome"
}
