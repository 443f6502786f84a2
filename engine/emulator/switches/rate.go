package switches

import (
	"sync"
	"time"
)

// An allowance is a bucket of tokens: it fills with time up to the burst, and a
// request takes one.
type allowance struct {
	limit  Rate
	mu     sync.Mutex
	tokens float64
	last   time.Time
}

func newAllowance(r Rate) *allowance {
	r.Burst = max(r.Burst, 1)
	return &allowance{limit: r, tokens: float64(r.Burst)}
}

// admit takes a token. Where refused requests count, they lead into debt, down
// to a whole burst: a client that hammers is kept out until it rests.
func (a *allowance) admit(now time.Time) bool {
	if a.limit.RequestsPerSecond == 0 {
		return true
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	burst := float64(a.limit.Burst)
	if passed := now.Sub(a.last); a.last.IsZero() || passed > 0 {
		if !a.last.IsZero() {
			a.tokens = min(a.tokens+passed.Seconds()*a.limit.RequestsPerSecond, burst)
		}
		a.last = now
	}
	admitted := a.tokens >= 1
	if admitted || a.limit.CountRefused {
		a.tokens = max(a.tokens-1, -burst)
	}
	return admitted
}
