package main

import (
	"time"

	"offcut/rules"
)

const (
	paceWindow = 30 * time.Second // over which a rate is measured
	paceStep   = time.Second      // between two samples
	paceSettle = 3 * time.Second  // before that a rate says little
)

// A pace measures how fast a count grows. It looks at the last paceWindow only, so
// that it follows a store that becomes slow, and a stall soon leaves it without a rate.
type pace struct{ samples []sample }

// A sample is a count at an instant.
type sample struct {
	at    time.Time
	count int64
}

// note takes a count down, unless the last one is of just now.
func (p *pace) note(now time.Time, count int64) {
	if n := len(p.samples); n > 0 && now.Sub(p.samples[n-1].at) < paceStep {
		return
	}
	p.samples = append(p.samples, sample{now, count})
	for len(p.samples) > 2 && now.Sub(p.samples[1].at) >= paceWindow {
		p.samples = p.samples[1:]
	}
}

// perSecond is the rate up to a count of now; 0 where it is not known yet.
func (p *pace) perSecond(now time.Time, count int64) float64 {
	if len(p.samples) == 0 {
		return 0
	}
	first := p.samples[0]
	took := now.Sub(first.at)
	if took < paceSettle || count <= first.count {
		return 0
	}
	return float64(count-first.count) / took.Seconds()
}

// timeLeft is how long the rest takes at a rate, rounded up to what can be known; 0
// where that is not known.
func timeLeft(rest int64, perSecond float64) time.Duration {
	if rest <= 0 || perSecond <= 0 {
		return 0
	}
	const most = 30 * 24 * time.Hour // more than that says only that it is slow
	seconds := float64(rest) / perSecond
	if seconds >= most.Seconds() {
		return most
	}
	left := time.Duration(seconds * float64(time.Second))
	step := 5 * time.Minute
	switch {
	case left <= time.Minute:
		step = 5 * time.Second
	case left <= 10*time.Minute:
		step = 10 * time.Second
	case left <= time.Hour:
		step = time.Minute
	}
	return (left + step - 1) / step * step
}

// leftPhrase is "about 2m 10s left"; empty where nothing is known.
func leftPhrase(left time.Duration) string {
	if left <= 0 {
		return ""
	}
	return "about " + rules.FormatAge(left) + " left"
}
