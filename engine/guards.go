package engine

import "fmt"

// ended reports whether an attempt must end here: by a stop, the kill switch or the
// breaker of its rule. It then has ended it.
func (l *lane) ended(a *attempt) bool {
	if l.stopped() {
		l.interrupt(a)
		return true
	}
	if why := l.barred(a.Item.Rule); why != "" {
		l.bar(a, why)
		return true
	}
	return false
}

// barred says why no abort by a rule may be sent any more, or returns "".
func (r *applying) barred(rule string) string {
	if why := r.breaker.broken(rule); why != "" {
		return fmt.Sprintf("%s was %s", rule, why)
	}
	return r.halted()
}

// halted looks at the kill switch. A run that has seen it on stays halted, so that
// all of what was left has one reason.
func (r *applying) halted() string {
	if why := r.halt.Load(); why != nil {
		return *why
	}
	if r.opts.Halted == nil {
		return ""
	}
	err := r.opts.Halted()
	if err == nil {
		return ""
	}
	why := err.Error() + ", and plan again"
	r.halt.CompareAndSwap(nil, &why)
	return *r.halt.Load()
}

// bar ends an attempt that the kill switch or a breaker lets go no further.
func (l *lane) bar(a *attempt, why string) {
	if a.accepted() || a.Attempts > 0 {
		l.refuse(a, why+"; an abort was sent before that, and its effect is not known")
		return
	}
	l.conclude(a, NotAttempted, why)
}

// guardsOf tells in the report which guards ended something.
func (r *applying) guardsOf(report *Report) {
	for i := range report.Rules {
		report.Rules[i].Broken = r.breaker.broken(report.Rules[i].Address)
	}
	if why := r.halt.Load(); why != nil {
		report.Halted = *why
	}
}
