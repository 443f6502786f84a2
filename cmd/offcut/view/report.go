package view

import (
	"io"
	"iter"

	"offcut/engine"
	"offcut/rules"
)

// A reportSource is a report with its rows.
type reportSource struct {
	*engine.Report
	outcomes iter.Seq2[engine.Outcome, error]
}

// Report writes what Apply did: outcomes by rule and bucket, everything that was not
// done with its reason, and a last line to read aloud.
func Report(w io.Writer, r *engine.Report, o Options) error {
	return writeReport(w, reportSource{Report: r, outcomes: r.Outcomes()}, o)
}

// NothingApplied writes the last line of an apply whose plan had nothing to abort.
func NothingApplied(w io.Writer, p *engine.Plan, o Options) error {
	out := newPage(w, o)
	out.labelled(planTone(p), "Apply: ", "%s", nothingApplied(p))
	return out.Flush()
}

func writeReport(w io.Writer, r reportSource, o Options) error {
	out := newPage(w, o)
	if err := writeOutcomeTable(out, r.Report); err != nil {
		return err
	}
	writeUndone(out, r)
	for _, s := range stopsOfReport(r.Report) {
		out.labelled(bad, "Stopped: ", "%s", s.text())
	}
	if r.Halted != "" {
		out.labelled(bad, "Halted: ", "nothing more was aborted: %s.", r.Halted)
	}
	if r.Interrupted {
		out.labelled(notice, "Interrupted: ", "what was not begun is not-attempted; the next apply plans it again.")
	}
	if r.Unrecorded != nil {
		out.labelled(bad, "Unrecorded: ", "the ledger misses outcomes of this run: %s", r.Unrecorded.Error())
	}
	if r.Results[engine.Failed].Uploads+r.Results[engine.NotVerified].Uploads > 0 {
		out.labelled(notice, "Next: ", "remove the causes above, then plan again: what is still there is planned anew.")
	}
	out.blank()
	out.labelled(reportTone(r.Report), "Apply: ", "%s", reportSentence(r.Report))
	return out.Flush()
}

func reportTone(r *engine.Report) tone {
	if r.Clean() {
		return good
	}
	return bad
}

// reportSentence is the report in words that a person can read aloud, without the
// "Apply: " before it.
func reportSentence(r *engine.Report) string {
	n := func(result engine.Result) int64 { return r.Results[result].Uploads }
	text := count(n(engine.Aborted)) + " aborted"
	if n(engine.Aborted) > 0 {
		text += " (" + savedPhrase(r.Results[engine.Aborted]) + ")"
	}
	for _, also := range []struct {
		result engine.Result
		words  string
	}{
		{engine.Gone, " gone"},
		{engine.BecameActive, " became active"},
		{engine.NotVerified, " not verified"},
		{engine.NotAttempted, " not attempted"},
	} {
		if n(also.result) > 0 {
			text += ", " + count(n(also.result)) + also.words
		}
	}
	return text + ", " + count(n(engine.Failed)) + " failed. " + countOf(r.Requests, "request") + "."
}

// savedPhrase is "3.4 TiB, about $83.50 a month saved".
func savedPhrase(t engine.Totals) string {
	size := rules.FormatSize(t.Bytes)
	money := amounts(t.Cost)
	if len(money) == 0 {
		return commas(size, costPhrase(t.Cost))
	}
	text := size + ", " + approximately(money) + " a month saved"
	if t.Cost.UnpricedBytes > 0 {
		text += ", and " + rules.FormatSize(t.Cost.UnpricedBytes) + " without a known price"
	}
	return text
}
