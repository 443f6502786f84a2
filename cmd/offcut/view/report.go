package view

import (
	"io"
	"iter"
	"strings"

	"offcut/engine"
	"offcut/rules"
)

// A reportSource is a report with its rows.
type reportSource struct {
	*engine.Report
	outcomes iter.Seq2[engine.Outcome, error]
}

// Report writes what Apply did: outcomes by rule, everything that was not done
// with its reason, and a last line to read aloud.
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
	writeUndone(out, r.outcomes)
	for _, s := range stopsOfReport(r.Report) {
		out.labelled(bad, "Stopped: ", "%s", s.text())
	}
	if r.Halted != "" {
		out.labelled(bad, "Halted: ", "nothing more was aborted: %s.", r.Halted)
	}
	if r.Interrupted {
		out.labelled(notice, "Interrupted: ", "what was not begun is not-attempted; the next apply plans it again.")
	}
	out.blank()
	out.labelled(reportTone(r.Report), "Apply: ", "%s", reportSentence(r.Report))
	return out.Flush()
}

// writeOutcomeTable counts the results by rule.
func writeOutcomeTable(out *page, r *engine.Report) error {
	t := table{columns: []column{{head: "RULE"}}, cuts: []cut{{0, 24}}}
	for _, result := range engine.Results {
		t.columns = append(t.columns, column{head: upper(string(result)), right: true})
	}
	for _, rule := range r.Rules {
		row := []string{Text(rule.Address)}
		for _, result := range engine.Results {
			row = append(row, count(rule.Results[result].Uploads))
		}
		t.rows = append(t.rows, row)
	}
	if len(t.rows) == 0 {
		return nil
	}
	out.blank()
	return t.write(out)
}

// calmLimit is how many uploads a report names that were kept or not begun: there
// may be as many as were planned, and one reason explains them all.
const calmLimit = 10

// writeUndone names every upload that was not aborted, and why: all that failed
// or is not proven, and the first ones of what was kept or not begun. Where outcomes
// are missing it says so: the totals hold all the same.
func writeUndone(out *page, outcomes iter.Seq2[engine.Outcome, error]) {
	named := map[engine.Result]int{}
	var lost error
	for o, err := range outcomes {
		if err != nil {
			lost = err
			break
		}
		if o.Result == engine.Aborted || o.Result == engine.Gone {
			continue
		}
		if len(named) == 0 {
			out.blank()
		}
		named[o.Result]++
		calm := o.Result == engine.BecameActive || o.Result == engine.NotAttempted
		if !calm || named[o.Result] <= calmLimit {
			writeOutcome(out, o)
		}
	}
	for _, result := range []engine.Result{engine.BecameActive, engine.NotAttempted} {
		if hidden := named[result] - calmLimit; hidden > 0 {
			out.line("… and %s more %s (-json names all)", count(int64(hidden)), result)
		}
	}
	if lost != nil {
		if len(named) == 0 {
			out.blank()
		}
		out.labelled(bad, "Lost: ", "%s", lost.Error())
	}
}

func writeOutcome(out *page, o engine.Outcome) {
	u := o.Item.Upload
	where := Text(u.Provider) + " " + Text(u.Bucket) + " " + Text(u.Key) + " (upload " + Text(u.ID) + ", " + Text(o.Item.Rule) + ")"
	tone := bad
	if o.Result == engine.BecameActive || o.Result == engine.NotAttempted {
		tone = notice
	}
	why := o.Err
	if why == "" && o.Result == engine.BecameActive {
		why = "it is no longer stale and was kept"
	}
	if why != "" {
		where += ": " + why
	}
	if o.RequestID != "" && o.Result != engine.BecameActive && !strings.Contains(why, o.RequestID) {
		where += " [request " + Text(o.RequestID) + "]"
	}
	out.labelled(tone, string(o.Result)+": ", "%s", where)
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
		{engine.Gone, " gone before us"},
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
	if t.Cost.Monthly <= 0 {
		return commas(size, costPhrase(t.Cost))
	}
	text := size + ", " + approximately(t.Cost) + " a month saved"
	if t.Cost.UnpricedBytes > 0 {
		text += ", and " + rules.FormatSize(t.Cost.UnpricedBytes) + " without a known price"
	}
	return text
}
