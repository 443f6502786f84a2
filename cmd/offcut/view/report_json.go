package view

import (
	"errors"
	"io"
	"time"

	"offcut/engine"
	"offcut/rules"
)

// An outcomeLine is the end of one planned upload.
type outcomeLine struct {
	kind
	uploadFields
	partsFields               // as planned
	Rule        string        `json:"rule"`
	Reason      rules.Reason  `json:"reason"` // why it was planned
	Result      engine.Result `json:"result"` // aborted, gone, became-active, failed, not-verified, not-attempted
	Error       string        `json:"error,omitempty"`
	RequestID   string        `json:"request_id,omitempty"`
	Attempts    int           `json:"attempts"`
	At          time.Time     `json:"at,omitzero"`
}

// An applyLine is the report's totals.
type applyLine struct {
	kind
	Plan        string                         `json:"plan"` // id of the plan that was applied
	Started     time.Time                      `json:"started"`
	Finished    time.Time                      `json:"finished"`
	Results     map[engine.Result]totalsFields `json:"results"`           // every result, also those that did not occur
	Stopped     map[string]string              `json:"stopped,omitempty"` // by rule: why nothing of it was aborted
	Broken      map[string]string              `json:"broken,omitempty"`  // by rule: why its aborts were ended on the way
	Halted      string                         `json:"halted,omitempty"`  // why the kill switch kept something from being done
	Interrupted bool                           `json:"interrupted"`
	Unrecorded  string                         `json:"unrecorded,omitempty"` // why the ledger misses outcomes of this run
	Requests    int64                          `json:"requests"`
}

// A placeLine is what became of one rule's uploads in one bucket.
type placeLine struct {
	kind
	Rule     string                         `json:"rule"`
	Provider string                         `json:"provider"`
	Bucket   string                         `json:"bucket"`
	Results  map[engine.Result]totalsFields `json:"results"` // every result, also those that did not occur
}

// ReportJSON writes a report as JSON lines, every outcome included. Where outcomes
// are missing, that is its error, and the totals are written all the same.
func ReportJSON(w io.Writer, r *engine.Report) error {
	return writeReportJSON(w, reportSource{Report: r, outcomes: r.Outcomes()})
}

func writeReportJSON(w io.Writer, r reportSource) error {
	out := lines(w)
	var lost error
	for o, err := range r.outcomes {
		if err != nil {
			lost = err
			break
		}
		if err := out.Encode(outcomeLine{
			kind: kindOf("outcome"), uploadFields: uploadOf(o.Item.Upload), partsFields: partsOf(o.Item.Parts),
			Rule: o.Item.Rule, Reason: o.Item.Reason, Result: o.Result, Error: o.Err,
			RequestID: o.RequestID, Attempts: o.Attempts, At: o.At.UTC(),
		}); err != nil {
			return err
		}
	}
	for _, rule := range r.Rules {
		for _, b := range rule.Buckets {
			line := placeLine{kind: kindOf("apply_total"), Rule: rule.Address, Provider: b.Provider, Bucket: b.Bucket, Results: everyResult(b.Results)}
			if err := out.Encode(line); err != nil {
				return err
			}
		}
	}
	return errors.Join(lost, out.Encode(applyOf(r.Report)))
}

// everyResult holds the totals of every result.
func everyResult(results map[engine.Result]engine.Totals) map[engine.Result]totalsFields {
	all := map[engine.Result]totalsFields{}
	for _, result := range engine.Results {
		all[result] = totalsOf(results[result])
	}
	return all
}

func applyOf(r *engine.Report) applyLine {
	summary := applyLine{
		kind: kindOf("apply_summary"), Plan: r.PlanID, Started: r.Started.UTC(), Finished: r.Finished.UTC(),
		Results: everyResult(r.Results), Stopped: map[string]string{}, Broken: map[string]string{},
		Halted: r.Halted, Interrupted: r.Interrupted, Requests: r.Requests,
	}
	if r.Unrecorded != nil {
		summary.Unrecorded = r.Unrecorded.Error()
	}
	for _, rule := range r.Rules {
		if rule.Stopped != "" {
			summary.Stopped[rule.Address] = rule.Stopped
		}
		if rule.Broken != "" {
			summary.Broken[rule.Address] = rule.Broken
		}
	}
	return summary
}

// NothingAppliedJSON writes the apply_summary of a plan that had nothing to abort.
func NothingAppliedJSON(w io.Writer, p *engine.Plan) error {
	r := engine.Report{PlanID: p.ID, Started: p.Finished, Finished: p.Finished}
	for _, rule := range p.Rules {
		r.Rules = append(r.Rules, engine.RuleReport{Address: rule.Address, Stopped: rule.Stopped})
	}
	return lines(w).Encode(applyOf(&r))
}
