package rules

import (
	"errors"
	"strings"

	"github.com/zclconf/go-cty/cty"
)

// PlanFacts are the figures of a plan that checks are about.
type PlanFacts struct {
	Abort  PlanAmount
	Listed int64
	Unread int64 // uploads whose parts could not be read
	Kept   map[Reason]int64
	Scopes map[string]int64        // how many have each of PlanScopes
	Rules  map[string]PlanRuleFact // by address; of the rules that may act
}

// A PlanAmount is what a plan, or one rule of it, would abort.
type PlanAmount struct {
	Uploads, Bytes, Parts int64

	MonthlyCost   map[string]float64 // money by currency; one that is not there is 0
	UnpricedBytes int64              // those of Bytes that MonthlyCost leaves out, as no price is known
}

// A PlanRuleFact is what a plan holds for one rule.
type PlanRuleFact struct {
	Abort   PlanAmount
	Listed  int64
	Stopped bool // by a limit or a precondition
}

// PlanScopes are what listings come to, as plan.scopes names it.
func PlanScopes() []string { return []string{"complete", "partial", "failed", "absent"} }

// A CheckStatus is what became of a check.
type CheckStatus string

const (
	CheckPassed CheckStatus = "passed"
	CheckFailed CheckStatus = "failed" // one of its asserts does not hold
	CheckError  CheckStatus = "error"  // one of them has no value, and none fails
)

// A CheckResult is what a check says about a plan.
type CheckResult struct {
	Address  string      `json:"check"` // "check.leak"
	Status   CheckStatus `json:"status"`
	Messages []string    `json:"messages,omitempty"` // of the asserts that do not hold, or have no value
	Notes    []string    `json:"notes,omitempty"`    // what its asserts leave out, whatever its status
}

// CheckPlan evaluates the checks of c, in the order of their addresses. A check warns:
// nothing that a plan does depends on it.
func (c *Config) CheckPlan(facts PlanFacts) []CheckResult {
	if len(c.Checks) == 0 {
		return nil
	}
	later := laterSource{value: c.planValue(facts)}
	results := make([]CheckResult, len(c.Checks))
	for i, check := range c.Checks {
		results[i] = check.result(later)
		results[i].Notes = check.leftOut(&facts)
	}
	return results
}

func (c *Check) result(later laterSource) CheckResult {
	r := CheckResult{Address: c.Address, Status: CheckPassed}
	var wrong error
	for _, a := range c.Asserts {
		holds, err := a.Condition.value(later)
		switch {
		case err != nil:
			wrong = err
			r.Messages = append(r.Messages, "condition has no value: "+err.Error())
		case holds.False():
			r.Status = CheckFailed
			r.Messages = append(r.Messages, a.message(later))
		}
	}
	if wrong != nil && r.Status == CheckPassed {
		r.Status = CheckError
	}
	return r
}

// message is what to say where an assert does not hold.
func (a *Assert) message(later laterSource) string {
	v, err := a.Message.value(later)
	if err == nil && strings.TrimSpace(v.AsString()) == "" {
		err = errors.New("it is empty")
	}
	if err != nil {
		return "condition is false; error_message has no value: " + err.Error()
	}
	return strings.TrimSpace(v.AsString())
}

// planType is the type of plan.
func planType(money currencies) cty.Type {
	kept, scopes := map[string]cty.Type{}, map[string]cty.Type{}
	for _, reason := range keepReasons() {
		kept[string(reason)] = cty.Number
	}
	for _, status := range PlanScopes() {
		scopes[status] = cty.Number
	}
	return cty.Object(map[string]cty.Type{
		"abort": amountType(money), "listed": cty.Number, "unread": cty.Number,
		"kept": cty.Object(kept), "scopes": cty.Object(scopes), "rules": cty.Map(planRuleType(money)),
	})
}

func amountType(money currencies) cty.Type {
	return cty.Object(map[string]cty.Type{
		"uploads": cty.Number, "bytes": cty.Number, "parts": cty.Number,
		monthlyCost: money.costType(), unpricedBytes: cty.Number,
	})
}

func planRuleType(money currencies) cty.Type {
	return cty.Object(map[string]cty.Type{"abort": amountType(money), "listed": cty.Number, "stopped": cty.Bool})
}

// planValue is plan: every reason, status, rule and currency is there, with 0 where the
// plan has none of it.
func (c *Config) planValue(facts PlanFacts) cty.Value {
	money := c.currencies.with(&facts)
	kept, scopes, byRule := map[string]cty.Value{}, map[string]cty.Value{}, map[string]cty.Value{}
	for _, reason := range keepReasons() {
		kept[string(reason)] = cty.NumberIntVal(facts.Kept[reason])
	}
	for _, status := range PlanScopes() {
		scopes[status] = cty.NumberIntVal(facts.Scopes[status])
	}
	for i := range c.Rules {
		r := facts.Rules[c.Rules[i].Address]
		byRule[c.Rules[i].Address] = cty.ObjectVal(map[string]cty.Value{
			"abort": amountValue(r.Abort, money), "listed": cty.NumberIntVal(r.Listed), "stopped": cty.BoolVal(r.Stopped),
		})
	}
	all := cty.MapValEmpty(planRuleType(money))
	if len(byRule) > 0 {
		all = cty.MapVal(byRule)
	}
	return cty.ObjectVal(map[string]cty.Value{
		"abort": amountValue(facts.Abort, money), "listed": cty.NumberIntVal(facts.Listed), "unread": cty.NumberIntVal(facts.Unread),
		"kept": cty.ObjectVal(kept), "scopes": cty.ObjectVal(scopes), "rules": all,
	})
}

func amountValue(a PlanAmount, money currencies) cty.Value {
	return cty.ObjectVal(map[string]cty.Value{
		"uploads": cty.NumberIntVal(a.Uploads), "bytes": cty.NumberIntVal(a.Bytes), "parts": cty.NumberIntVal(a.Parts),
		monthlyCost: money.costValue(a.MonthlyCost), unpricedBytes: cty.NumberIntVal(a.UnpricedBytes),
	})
}
