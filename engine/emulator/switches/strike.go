package switches

import (
	"math/rand/v2"
	"strings"
	"sync"
)

// A counter is a fault and what it has seen and done.
type counter struct {
	fault  Fault
	mu     sync.Mutex
	seen   int // matching requests
	struck int
	source *rand.Rand
}

// newCounter gives each fault a source of its own, so that the requests of one
// don't move the strikes of another.
func newCounter(f Fault, seed, index uint64) *counter {
	return &counter{fault: f, source: rand.New(rand.NewPCG(seed, index))}
}

// strikes counts one matching request.
func (c *counter) strikes() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	f := c.fault
	c.seen++
	if c.seen <= f.Skip || f.Times > 0 && c.struck >= f.Times {
		return false
	}
	if f.Every > 0 && (c.seen-f.Skip)%f.Every != 0 {
		return false
	}
	if f.Probability > 0 && c.source.Float64() >= f.Probability {
		return false
	}
	c.struck++
	return true
}

func (c *counter) count() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.struck
}

func (f Fault) matches(action, bucket, key string) bool {
	return (f.Action == AnyAction || f.Action == action) &&
		(f.Bucket == "" || f.Bucket == bucket) &&
		(f.Key == "" || matchKey(f.Key, key))
}

// matchKey matches a key with a pattern in which each "*" stands for any bytes.
// What is between two stars is looked for from left to right, so that the work
// does not grow with the number of stars.
func matchKey(pattern, key string) bool {
	before, rest, starred := strings.Cut(pattern, "*")
	if !starred {
		return key == pattern
	}
	key, found := strings.CutPrefix(key, before)
	if !found {
		return false
	}
	for {
		middle, after, more := strings.Cut(rest, "*")
		if !more {
			return strings.HasSuffix(key, rest)
		}
		_, key, found = strings.Cut(key, middle)
		if !found {
			return false
		}
		rest = after
	}
}
