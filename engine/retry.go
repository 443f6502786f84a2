package engine

import (
	"context"
	"errors"
	"math/rand/v2"
	"time"
)

const (
	readTries  = 6 // requests for one upload's parts before a temporary failure counts as lasting
	backoff    = 200 * time.Millisecond
	maxBackoff = 5 * time.Second

	// longestAsked bounds the wait that a store may ask for.
	longestAsked = 30 * time.Second
)

// ReadParts reads the parts of one upload and repeats temporary failures a few
// times, waiting in between. It is for callers with nothing else to do meanwhile.
func ReadParts(ctx context.Context, s Store, ref Ref) (PartsAnswer, error) {
	answer, err := s.ListParts(ctx, ref)
	for tries := 1; tries < readTries && errors.Is(err, ErrTemporary); tries++ {
		if sleep(ctx, waitAfter(err, tries)) != nil {
			return answer, err
		}
		answer, err = s.ListParts(ctx, ref)
	}
	return answer, err
}

// waitAfter is how long to wait after a temporary failure and the given number of
// tries: a jitter, and at least what the store asks for.
func waitAfter(err error, tries int) time.Duration { return max(jitter(tries), asked(err)) }

// asked is the wait that a store asks for along with a failure, 0 when none.
func asked(err error) time.Duration {
	var wish interface{ RetryAfter() time.Duration }
	if !errors.As(err, &wish) {
		return 0
	}
	return min(max(wish.RetryAfter(), 0), longestAsked)
}

// jitter is a full-jitter exponential wait after the given number of tries.
func jitter(tries int) time.Duration {
	limit := maxBackoff
	if shift := tries - 1; shift < 8 { // the limit is reached before, and no shift may overflow
		limit = min(backoff<<shift, maxBackoff)
	}
	return rand.N(limit)
}

// sleep waits, and ends with the context's error when that ends first.
func sleep(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-timer.C:
		return nil
	}
}
