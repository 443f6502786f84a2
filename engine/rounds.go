package engine

import (
	"context"
	"time"
)

// What is still there is aborted again after 1, 2, 4, 8 and 16 s. An abort is not
// atomic: parts that were on their way may land after it.
const (
	rounds     = 5
	firstRound = time.Second
)

// abortAgain is the third stage. All survivors of the lane share its rounds. What
// outlives the last one, or a stop signal, is settled as it is.
func (l *lane) abortAgain() {
	ctx, cancel := l.untilGrace()
	defer cancel()
	for round := range rounds {
		if l.survivors.Added() == 0 {
			return
		}
		if !l.pause(firstRound << round) {
			l.cut()
			break
		}
		if !l.nextRound(func(a *attempt) { l.again(ctx, a) }) {
			return
		}
	}
	l.eachAttempt(l.survivors, l.giveUp)
}

// nextRound hands the survivors to f and collects those that survive it too. Where
// they cannot be kept any longer it settles them and reports false.
func (l *lane) nextRound(f func(*attempt)) bool {
	next, err := l.newSurvivors()
	if err != nil {
		l.eachAttempt(l.survivors, func(a *attempt) { l.unproven(a, err) })
		return false
	}
	last := l.survivors
	defer discard(last)
	l.survivors = next
	l.eachAttempt(last, f)
	return true
}

// again aborts a survivor once more, if its parts still allow that, and looks for
// it. What the store called gone before our first abort is only looked for.
func (l *lane) again(ctx context.Context, a *attempt) {
	a.Err = "" // of the round before
	if a.Result == Aborted {
		a.state = reading
		l.carry(ctx, a)
	}
	if a.state != settled {
		l.proveOne(ctx, a, true)
	}
}

// eachAttempt reads claims back and hands them to f, many at a time.
func (l *lane) eachAttempt(s *spool[Outcome], f func(*attempt)) {
	s.Finish()
	for o, err := range s.All() {
		if err != nil {
			l.tally.fail(err)
			break
		}
		l.start(func() { f(&attempt{Outcome: o, state: claimed}) })
	}
	l.hands.Wait()
}
