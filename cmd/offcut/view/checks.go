package view

import (
	"encoding/json"

	"offcut/engine"
	"offcut/rules"
)

// writeChecks tells the checks that a plan does not pass, and what any of them leave out.
func writeChecks(out *page, p *engine.Plan) {
	first := true
	for _, c := range p.Checks {
		if c.Status == rules.CheckPassed && len(c.Notes) == 0 {
			continue
		}
		if first {
			out.blank()
			first = false
		}
		for _, message := range c.Messages {
			out.labelled(notice, "Warning: ", "%s %s: %s", c.Address, CheckVerb(c.Status), Text(message))
		}
		for _, note := range c.Notes {
			out.labelled(notice, "Note: ", "%s: %s", c.Address, Advice(note))
		}
	}
}

// CheckVerb says what became of a check, behind its address.
func CheckVerb(s rules.CheckStatus) string {
	switch s {
	case rules.CheckFailed:
		return "fails"
	case rules.CheckError:
		return "could not be evaluated"
	default:
		return "passes"
	}
}

type checkLine struct {
	kind
	rules.CheckResult
}

// encodeChecks writes what became of every check.
func encodeChecks(out *json.Encoder, p *engine.Plan) error {
	for _, c := range p.Checks {
		if err := out.Encode(checkLine{kind: kindOf("check"), CheckResult: c}); err != nil {
			return err
		}
	}
	return nil
}
