package view

import (
	"io"
	"iter"
	"slices"
	"strings"

	"offcut/engine"
	"offcut/engine/ledger"
	"offcut/rules"
)

// A Results is a sum for each result of planned uploads.
type Results = map[engine.Result]engine.Totals

// A RunState says in one word how a run ended.
type RunState string

const (
	RunFinished    RunState = "finished"
	RunInterrupted RunState = "interrupted" // by a signal; every planned upload has its outcome all the same
	RunSettled     RunState = "settled"     // it was killed, and a later run found out what became of its uploads
	RunOpen        RunState = "open"        // it is under way, or was killed and not settled yet
)

// StateOf says how a run ended.
func StateOf(r *ledger.RunSummary) RunState {
	switch {
	case !r.Settled:
		return RunOpen
	case r.End.SettledBy != "":
		return RunSettled
	case r.End.Interrupted:
		return RunInterrupted
	}
	return RunFinished
}

// shortRun is the beginning of a run's id, enough to tell it from the others and
// to give to "history show".
func shortRun(id string) string { return Text(id[:min(8, len(id))]) }

// A pastRuns is what HistoryRuns gathers while it reads.
type pastRuns struct {
	top  []ledger.RunSummary
	all  int64
	open int64
	sums Results
}

func gatherRuns(runs iter.Seq2[ledger.RunSummary, error], limit int) (p pastRuns, err error) {
	p.sums = Results{}
	for r, err := range runs {
		if err != nil {
			return p, err
		}
		p.all++
		if !r.Settled {
			p.open++
		}
		addResults(p.sums, r.Results)
		if p.all <= int64(limit) {
			p.top = append(p.top, r)
		}
	}
	return p, nil
}

// addResults adds sums to others.
func addResults(to, from Results) {
	for result, t := range from {
		sum := to[result]
		sum.Merge(t)
		to[result] = sum
	}
}

// HistoryRuns writes runs as a table, the newest first, and a line that sums all
// of them. It returns how many there were; with none it writes nothing.
func HistoryRuns(w io.Writer, runs iter.Seq2[ledger.RunSummary, error], o Options) (int64, error) {
	past, err := gatherRuns(runs, o.limit())
	if err != nil || past.all == 0 {
		return 0, err
	}
	out := newPage(w, o)
	out.atTop = true
	t := table{columns: runColumns(), cuts: runCuts()}
	for i := range past.top {
		t.rows = append(t.rows, runRow(&past.top[i]))
	}
	if err := t.write(out); err != nil {
		return past.all, err
	}
	writeHidden(out, past.all-int64(len(past.top)))
	out.atTop = false
	out.blank()
	out.labelled(plain, "History: ", "%s", runsSentence(past))
	return past.all, out.Flush()
}

func runsSentence(p pastRuns) string {
	text := countOf(p.all, "run") + "; " + resultsPhrase(p.sums) + "."
	switch {
	case p.open == 1:
		text += " 1 run is open: it is under way, or was killed; the next apply settles what a killed run left."
	case p.open > 1:
		text += " " + count(p.open) + " runs are open: they are under way, or were killed; the next apply settles what a killed run left."
	}
	return text
}

func runColumns() []column {
	return append([]column{
		{head: "STARTED (UTC)"}, {head: "RUN"}, {head: "BY", most: 32}, {head: "COMMAND"},
		{head: "RULES", most: 40}, {head: "PLANNED", right: true},
	}, append(resultColumns(), column{head: "STATE", spare: string(RunFinished)})...)
}

// Where a terminal is narrow, who did it, how and by which rules go last.
func runCuts() []cut {
	const by, command, rules, planned = 2, 3, 4, 5
	return append([]cut{{rules, 16}, {by, 12}, {planned, leave}},
		resultCuts(planned+1, []cut{{rules, 12}, {by, 8}}, []cut{{command, leave}, {rules, leave}, {by, leave}})...)
}

func runRow(r *ledger.RunSummary) []string {
	row := []string{
		instant(r.Started), shortRun(r.ID), Text(r.Origin.Actor), Text(r.Origin.Command),
		ruleNames(r.Rules), count(r.Totals.Uploads),
	}
	return append(append(row, resultCells(r.Results)...), string(StateOf(r)))
}

func ruleNames(list []engine.RuleOrigin) string {
	names := make([]string, len(list))
	for i, r := range list {
		names[i] = Address(r.Address)
	}
	return strings.Join(names, ", ")
}

// resultColumns are a count for each result, and what was freed. Where room is scarce,
// results that did not occur give way, but for those that everybody looks for.
func resultColumns() []column {
	var list []column
	for _, result := range engine.Results {
		c := column{head: upper(string(result)), right: true}
		if result != engine.Aborted && result != engine.Failed {
			c.spare = "0"
		}
		list = append(list, c)
	}
	return append(list, column{head: "FREED", right: true}, column{head: "A MONTH", right: true})
}

// resultCuts are the cuts of resultColumns that stand behind others, among cuts of
// those: money first, then what was freed, and counts last. What failed is never left
// out.
func resultCuts(behind int, beforeFreed, beforeCounts []cut) []cut {
	freed := behind + len(engine.Results)
	money := freed + 1
	cuts := slices.Concat([]cut{{money, leave}}, beforeFreed, []cut{{freed, leave}}, beforeCounts)
	for _, result := range []engine.Result{engine.Gone, engine.BecameActive, engine.NotAttempted, engine.NotVerified} {
		cuts = append(cuts, cut{behind + slices.Index(engine.Results, result), leave})
	}
	return cuts
}

func resultCells(sums Results) []string {
	var cells []string
	for _, result := range engine.Results {
		cells = append(cells, count(sums[result].Uploads))
	}
	freed := sums[engine.Aborted]
	return append(cells, rules.FormatSize(freed.Bytes), moneyCell(freed.Cost))
}

// resultsPhrase is "126 aborted (3.4 TiB, about $83.56 a month saved), 1 gone
// before us, 2 failed".
func resultsPhrase(sums Results) string {
	aborted := sums[engine.Aborted]
	parts := []string{count(aborted.Uploads) + " aborted"}
	if aborted.Uploads > 0 {
		parts[0] += " (" + savedPhrase(aborted) + ")"
	}
	for _, other := range []struct {
		result engine.Result
		words  string
	}{
		{engine.Gone, " gone"}, {engine.BecameActive, " became active"}, {engine.Failed, " failed"},
		{engine.NotVerified, " not verified"}, {engine.NotAttempted, " not attempted"},
	} {
		if n := sums[other.result].Uploads; n > 0 {
			parts = append(parts, count(n)+other.words)
		}
	}
	return commas(parts...)
}

// uploadsIn counts the outcomes that sums add up.
func uploadsIn(sums Results) (n int64) {
	for _, t := range sums {
		n += t.Uploads
	}
	return n
}

// writeHidden says how many rows a table does not show.
func writeHidden(out *page, hidden int64) {
	if hidden > 0 {
		out.line("… and %s more (use -limit or -format csv)", count(hidden))
	}
}

// HistoryDays writes sums by day, the newest first, and a line that sums all of
// them. It returns how many days there were; with none it writes nothing.
func HistoryDays(w io.Writer, days []ledger.DayTotal, o Options) (int64, error) {
	if len(days) == 0 {
		return 0, nil
	}
	out := newPage(w, o)
	out.atTop = true
	t := table{columns: append([]column{{head: "DAY (UTC)"}}, resultColumns()...), cuts: resultCuts(1, nil, nil)}
	sums := Results{}
	for i, d := range days {
		addResults(sums, d.Results)
		if i < o.limit() {
			t.rows = append(t.rows, append([]string{d.Day.UTC().Format("2006-01-02")}, resultCells(d.Results)...))
		}
	}
	if err := t.write(out); err != nil {
		return 0, err
	}
	writeHidden(out, int64(len(days)-len(t.rows)))
	out.atTop = false
	out.blank()
	out.labelled(plain, "History: ", "%s; %s.", countOf(int64(len(days)), "day"), resultsPhrase(sums))
	return int64(len(days)), out.Flush()
}
