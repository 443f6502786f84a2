package rules

// planFacts are the figures of a plan that lists exactly the mocks of the test.
func (r *testRun) planFacts() PlanFacts {
	f := PlanFacts{Listed: int64(len(r.seen)), Kept: map[Reason]int64{}, Rules: map[string]PlanRuleFact{}}
	var room [8]int
	for i := range r.seen {
		s := &r.seen[i]
		for _, at := range r.cfg.Covering(room[:0], &s.Upload) {
			fact := f.Rules[r.cfg.Rules[at].Address]
			fact.Listed++
			f.Rules[r.cfg.Rules[at].Address] = fact
		}
		if s.Parts.Unreadable {
			f.Unread++
		}
		actor, prices := r.cfg.actor(s.Verdict.Rules), PricesOf(r.cfg.Prices, s.Upload.Provider, providerKind(s.Upload.Provider))
		switch {
		case s.Verdict.Action == Keep:
			f.Kept[s.Verdict.Reason]++
		case actor != nil:
			if len(actor.Refused) == 0 {
				f.Abort.add(s, &prices)
			}
			fact := f.Rules[actor.Address]
			fact.Abort.add(s, &prices)
			f.Rules[actor.Address] = fact
		}
	}
	for i := range r.cfg.Rules {
		if rule := &r.cfg.Rules[i]; len(rule.Refused) > 0 {
			fact := f.Rules[rule.Address]
			fact.Stopped = true
			f.Rules[rule.Address] = fact
		}
	}
	return f
}

// add counts an upload that costs what prices say.
func (a *PlanAmount) add(s *TestVerdict, prices *PriceList) {
	a.Uploads, a.Bytes, a.Parts = a.Uploads+1, a.Bytes+s.Parts.Bytes, a.Parts+int64(s.Parts.Count)
	money, ok := prices.Monthly(s.Upload.StorageClass, s.Parts.Bytes)
	if !ok {
		a.UnpricedBytes += s.Parts.Bytes
		return
	}
	if a.MonthlyCost == nil {
		a.MonthlyCost = map[string]float64{}
	}
	a.MonthlyCost[prices.Currency] += money
}

// actor is the first of the rules that decided that may act, or nil.
func (c *Config) actor(decided []string) *Rule {
	for _, address := range decided {
		for i := range c.Rules {
			if r := &c.Rules[i]; r.Address == address && !r.Disabled {
				return r
			}
		}
	}
	return nil
}

// judgeChecks notes the checks that fail. One that the test does not expect is no
// failure of the test: a check only warns, and about a plan of more than a few mocks.
func (r *testRun) judgeChecks() {
	for _, c := range r.cfg.CheckPlan(r.planFacts()) {
		if c.Status == CheckFailed {
			r.failed(c.Address)
		}
	}
}
