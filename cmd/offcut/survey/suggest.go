package survey

import "time"

const day = 24 * time.Hour

// leastUploads is how many uploads it takes to suggest something from.
const leastUploads = 20

// A gap is clear where it holds at most one upload for so many on this side of it.
const clearGap = 10

// usual is older_than where nothing here says how long uploads go on.
const usual = 7 * day

// A Lack is why nothing is suggested.
type Lack string

const (
	LackWhole   Lack = "listing-incomplete" // the listing did not come to its end
	LackClock   Lack = "clocks-apart"       // ages may be wrong
	LackParts   Lack = "parts-not-read"     // nothing is known of when parts arrived
	LackUploads Lack = "too-few-uploads"    // fewer than leastUploads whose age and idle time are known
)

// A Suggestion is a pair of thresholds for what a survey counted, and the figures that
// led to it. It only ever errs towards keeping: no threshold is below 24 hours, and
// what is not known counts as kept.
type Suggestion struct {
	Lack    Lack  // when not empty, nothing else is set but Known
	Known   int64 // uploads whose age and idle time are known
	LeastOf int64 // how many of them it takes

	OlderThan time.Duration
	IdleFor   time.Duration

	// What a rule with these thresholds would abort now.
	Uploads, Bytes int64

	Receiving int64         // uploads that received a part within IdleFor
	Before    int64         // uploads that received their newest part between IdleFor and Until ago
	Until     time.Duration // the threshold above IdleFor
	Clear     bool          // Before is next to nothing beside Receiving

	WithParts int64         // uploads whose parts tell how long uploads go on; below LeastOf they are too few to say
	Lasted    time.Duration // the longest that one of them went on receiving parts
	OldStay   int64         // uploads that are as old as OlderThan and received a part within IdleFor
}

// suggest chooses thresholds. idle_for is the smallest that a clear gap lies above: few
// uploads received their newest part between it and the next longer one. older_than is
// the smallest that no upload went on receiving parts for, as far as can be seen.
func (t *times) suggest() Suggestion {
	known, _ := t.sum(0, 0)
	s := Suggestion{Known: known, LeastOf: leastUploads}
	if known < leastUploads {
		s.Lack = LackUploads
		return s
	}
	t.chooseIdleFor(&s)
	t.chooseOlderThan(&s)
	s.Uploads, s.Bytes = t.sum(s.OlderThan, s.IdleFor)
	for age := rungOf(s.OlderThan); age <= rungCount; age++ {
		for idle := range rungOf(s.IdleFor) {
			s.OldStay += t.uploads[age][idle]
		}
	}
	return s
}

func (t *times) chooseIdleFor(s *Suggestion) {
	ladder := rungs()
	for i, rung := range ladder[:4] { // up to 7 days
		s.IdleFor, s.Until = rung, ladder[i+1]
		s.Receiving, s.Before = t.receivedBetween(0, rung), t.receivedBetween(rung, s.Until)
		if s.Clear = s.Before*clearGap <= s.Receiving; s.Clear {
			return
		}
	}
}

func (t *times) chooseOlderThan(s *Suggestion) {
	s.Lasted, s.WithParts = t.lasted(s.IdleFor), 0
	for _, n := range t.received {
		s.WithParts += n
	}
	least := s.IdleFor
	if s.WithParts < leastUploads {
		least = max(least, usual)
	}
	for _, rung := range rungs() {
		if s.OlderThan = rung; rung >= 3*day && rung >= least && rung > s.Lasted {
			return
		}
	}
}
