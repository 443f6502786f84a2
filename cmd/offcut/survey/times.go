package survey

import (
	"time"

	"offcut/rules"
)

// rungs are the thresholds that suggestions are chosen from. Counts by them are exact.
func rungs() [rungCount]time.Duration {
	const day = 24 * time.Hour
	return [rungCount]time.Duration{day, 2 * day, 3 * day, 7 * day, 14 * day, 30 * day}
}

const rungCount = 6

// rungOf counts the rungs that d has reached.
func rungOf(d time.Duration) (n int) {
	for _, rung := range rungs() {
		if d < rung {
			break
		}
		n++
	}
	return n
}

// times counts uploads by age and idle time: those that nothing but thresholds would
// keep. It is of the same size for any number of them.
type times struct {
	uploads, bytes [rungCount + 1][rungCount + 1]int64 // by age and idle time, each by the rungs reached

	// Of uploads with parts, by the rungs that their idle time has reached:
	received [rungCount + 1]int64
	oldest   [rungCount + 1]time.Duration // age
	longest  time.Duration                // from a start to the newest part
}

// A judge says what no thresholds would abort.
type judge struct{ rules *rules.Config }

// newJudge makes a judge of what lies under a prefix.
func newJudge(kind, bucket, prefix string) judge {
	return judge{&rules.Config{Rules: []rules.Rule{{
		Address: "rule.scan", Provider: kind, Scan: rules.Scan{Buckets: []string{bucket}, Prefixes: []string{prefix}},
	}}}}
}

// add counts an upload, unless every rule would keep it whatever its thresholds: where
// its start, its parts' times or its key are not known for sure.
func (t *times) add(j judge, u *rules.Upload, p *rules.Parts, now time.Time) {
	if j.rules.Decide(u, p, now).Action != rules.Abort {
		return
	}
	age, idle := rules.Age(u, now), rules.Idle(u, p, now)
	t.uploads[rungOf(age)][rungOf(idle)]++
	t.bytes[rungOf(age)][rungOf(idle)] += p.Bytes
	if p.Count == 0 {
		return
	}
	t.received[rungOf(idle)]++
	t.oldest[rungOf(idle)] = max(t.oldest[rungOf(idle)], age)
	t.longest = max(t.longest, age-idle)
}

// sum counts the uploads at or beyond two thresholds, which are rungs or 0.
func (t *times) sum(olderThan, idleFor time.Duration) (uploads, bytes int64) {
	for age := rungOf(olderThan); age <= rungCount; age++ {
		for idle := rungOf(idleFor); idle <= rungCount; idle++ {
			uploads += t.uploads[age][idle]
			bytes += t.bytes[age][idle]
		}
	}
	return uploads, bytes
}

// receivedBetween counts the uploads whose newest part arrived at least from and less
// than to ago; both are rungs or 0.
func (t *times) receivedBetween(from, to time.Duration) (n int64) {
	for i := rungOf(from); i < rungOf(to); i++ {
		n += t.received[i]
	}
	return n
}

// lasted is the longest that an upload went on receiving parts: until its newest part,
// and until now where that arrived within idleFor, a rung.
func (t *times) lasted(idleFor time.Duration) time.Duration {
	longest := t.longest
	for i := range rungOf(idleFor) {
		longest = max(longest, t.oldest[i])
	}
	return longest
}
