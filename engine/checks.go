package engine

import "offcut/rules"

// checkFacts are the figures of a plan that checks are about.
func (p *Plan) checkFacts() rules.PlanFacts {
	facts := rules.PlanFacts{
		Abort: amountOf(p.Abort), Listed: p.Listed, Unread: p.Unread, Kept: p.Kept,
		Scopes: map[string]int64{}, Rules: map[string]rules.PlanRuleFact{},
	}
	for i := range p.Scopes {
		facts.Scopes[string(p.Scopes[i].Status)]++
	}
	for i := range p.Rules {
		r := &p.Rules[i]
		facts.Rules[r.Address] = rules.PlanRuleFact{Abort: amountOf(r.Abort), Listed: r.Listed, Stopped: r.Stopped != ""}
	}
	return facts
}

func amountOf(t Totals) rules.PlanAmount {
	amount := rules.PlanAmount{
		Uploads: t.Uploads, Bytes: t.Bytes, Parts: t.Parts,
		MonthlyCost: map[string]float64{}, UnpricedBytes: t.Cost.UnpricedBytes,
	}
	for _, a := range t.Cost.Amounts() {
		amount.MonthlyCost[a.Currency] = a.Monthly
	}
	return amount
}
