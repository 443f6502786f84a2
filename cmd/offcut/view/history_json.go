package view

import (
	"io"
	"iter"
	"math"
	"time"

	"offcut/engine"
	"offcut/engine/ledger"
	"offcut/rules"
)

// A historyRunLine is one run of the ledger.
type historyRunLine struct {
	kind
	Run         string                         `json:"run"` // its id, which is its plan's
	PlannedAt   time.Time                      `json:"planned_at,omitzero"`
	Started     time.Time                      `json:"started"`
	Finished    time.Time                      `json:"finished,omitzero"` // left out while it is open
	Actor       string                         `json:"actor"`             // "user@host"
	Command     string                         `json:"command"`
	Offcut      string                         `json:"offcut"` // version of the program
	PlanFile    string                         `json:"plan_file,omitempty"`
	Providers   []runProvider                  `json:"providers"`
	Rules       []runRule                      `json:"rules"`
	Planned     totalsFields                   `json:"planned"`
	Results     map[engine.Result]totalsFields `json:"results"` // every result, also those that did not occur
	Open        int64                          `json:"open"`    // planned uploads without an outcome
	State       RunState                       `json:"state"`   // finished, interrupted, settled, open
	SettledBy   string                         `json:"settled_by,omitempty"`
	Interrupted bool                           `json:"interrupted"`
	Requests    int64                          `json:"requests"`
}

type runProvider struct {
	Provider string `json:"provider"`
	engine.Identity
	Buckets []engine.Bucket `json:"buckets,omitempty"`
}

type runRule struct {
	Rule string `json:"rule"`
	File string `json:"file"`
	Line int    `json:"line"`
}

// A historyOutcomeLine is one outcome of the ledger. Its fields of the upload and
// its end are those of "outcome".
type historyOutcomeLine struct {
	kind
	Number int64  `json:"number"` // its row in the chain
	Run    string `json:"run"`
	Actor  string `json:"actor"`
	uploadFields
	partsFields               // as planned
	Rule        string        `json:"rule"`
	File        string        `json:"file"`
	Line        int           `json:"line"`
	Reason      rules.Reason  `json:"reason"`
	Result      engine.Result `json:"result"`
	Error       string        `json:"error,omitempty"`
	RequestID   string        `json:"request_id,omitempty"`
	Attempts    int           `json:"attempts"`
	At          time.Time     `json:"at,omitzero"`
	MonthlyCost float64       `json:"monthly_cost,omitempty"` // that an aborted upload no longer costs
	Currency    string        `json:"currency,omitempty"`
	Hash        string        `json:"hash"`
}

// A historyDayLine sums one day.
type historyDayLine struct {
	kind
	Day     string                         `json:"day"` // 2026-11-22, in UTC
	Results map[engine.Result]totalsFields `json:"results"`
}

// A historyLine sums all that was chosen.
type historyLine struct {
	kind
	Rows    int64                          `json:"rows"` // that were chosen, also where a limit kept some from being written
	Results map[engine.Result]totalsFields `json:"results"`
}

func resultsOf(sums Results) map[engine.Result]totalsFields {
	out := map[engine.Result]totalsFields{}
	for _, result := range engine.Results {
		out[result] = totalsOf(sums[result])
	}
	return out
}

func runLineOf(r *ledger.RunSummary) historyRunLine {
	line := historyRunLine{
		kind: kindOf("history_run"), Run: r.ID, PlannedAt: r.Planned.UTC(), Started: r.Started.UTC(),
		Finished: r.End.Finished.UTC(), Actor: r.Origin.Actor, Command: r.Origin.Command, Offcut: r.Origin.Version,
		PlanFile: r.Origin.PlanFile, Planned: totalsOf(r.Totals), Results: resultsOf(r.Results), Open: r.Open,
		State: StateOf(r), SettledBy: r.End.SettledBy, Interrupted: r.End.Interrupted, Requests: r.End.Requests,
		Providers: []runProvider{}, Rules: []runRule{},
	}
	for _, p := range r.Providers {
		line.Providers = append(line.Providers, runProvider{Provider: p.Address, Identity: p.Identity, Buckets: p.Buckets})
	}
	for _, rule := range r.Rules {
		line.Rules = append(line.Rules, runRule{Rule: rule.Address, File: rule.File, Line: rule.Line})
	}
	return line
}

func entryLineOf(e *ledger.Entry) historyOutcomeLine {
	return historyOutcomeLine{
		kind: kindOf("history_outcome"), Number: e.Number, Run: e.Run, Actor: e.Actor,
		uploadFields: uploadOf(e.Item.Upload), partsFields: partsOf(e.Item.Parts),
		Rule: e.Rule.Address, File: e.Rule.File, Line: e.Rule.Line, Reason: e.Item.Reason, Result: e.Result,
		Error: e.Err, RequestID: e.RequestID, Attempts: e.Attempts, At: e.At.UTC(),
		MonthlyCost: math.Round(e.Money.Monthly*1e4) / 1e4, Currency: e.Money.Currency, Hash: e.Hash,
	}
}

// HistoryRunsJSON writes runs as JSON lines, at most limit of them (0: all), and
// their sums.
func HistoryRunsJSON(w io.Writer, runs iter.Seq2[ledger.RunSummary, error], limit int) error {
	out, all, sums := lines(w), int64(0), Results{}
	for r, err := range runs {
		if err != nil {
			return err
		}
		all++
		addResults(sums, r.Results)
		if limit > 0 && all > int64(limit) {
			continue
		}
		if err := out.Encode(runLineOf(&r)); err != nil {
			return err
		}
	}
	return out.Encode(historyLine{kind: kindOf("history_summary"), Rows: all, Results: resultsOf(sums)})
}

// HistoryRunJSON writes one run, its outcomes that rows yields, and the sums of
// those.
func HistoryRunJSON(w io.Writer, r *ledger.RunSummary, rows iter.Seq2[ledger.Entry, error], sums Results) error {
	if err := lines(w).Encode(runLineOf(r)); err != nil {
		return err
	}
	return HistoryUploadsJSON(w, rows, sums)
}

// HistoryUploadsJSON writes outcomes as JSON lines, and the sums of all that were
// chosen.
func HistoryUploadsJSON(w io.Writer, rows iter.Seq2[ledger.Entry, error], sums Results) error {
	out := lines(w)
	for e, err := range rows {
		if err != nil {
			return err
		}
		if err := out.Encode(entryLineOf(&e)); err != nil {
			return err
		}
	}
	return out.Encode(historyLine{kind: kindOf("history_summary"), Rows: uploadsIn(sums), Results: resultsOf(sums)})
}

// HistoryDaysJSON writes sums by day as JSON lines, at most limit of them (0: all),
// and the sums of all.
func HistoryDaysJSON(w io.Writer, days []ledger.DayTotal, limit int) error {
	out, sums := lines(w), Results{}
	for i, d := range days {
		addResults(sums, d.Results)
		if limit > 0 && i >= limit {
			continue
		}
		line := historyDayLine{kind: kindOf("history_day"), Day: d.Day.UTC().Format("2006-01-02"), Results: resultsOf(d.Results)}
		if err := out.Encode(line); err != nil {
			return err
		}
	}
	return out.Encode(historyLine{kind: kindOf("history_summary"), Rows: int64(len(days)), Results: resultsOf(sums)})
}
