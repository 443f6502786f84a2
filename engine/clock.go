package engine

import (
	"errors"
	"fmt"
	"sync"
	"time"
)

// MaxSkew is how far the store's clock and the local one may be apart.
const MaxSkew = 5 * time.Minute

// A scanClock finds the instant that the ages of one provider count from: the
// earlier of the store's first believable Date and the local clock at its arrival.
// The earlier one makes everything younger, so that an error of either clock keeps.
type scanClock struct {
	local func() time.Time

	mu   sync.Mutex
	now  time.Time     // zero as long as no Date was believable
	skew time.Duration // at now; before that, at the first Date
	seen bool
}

// Skew is how far a store's clock is ahead of the local one (negative: behind), as an
// answer tells it. A Date names a whole second and the answer took its time, so that
// the difference lies between date - received and date + 1s - sent: Skew is what is
// nearest to zero in there, and two clocks that may agree have none. Where it is not
// known when the request was sent, it is date - received.
func Skew(date, sent, received time.Time) time.Duration {
	least := date.Sub(received)
	if sent.IsZero() || sent.After(received) {
		return least
	}
	most := date.Add(time.Second).Sub(sent)
	return min(max(least, 0), most)
}

// check compares the Date of a page with the local clock. Every first page of a
// scope must have one.
func (c *scanClock) check(page *UploadPage, first bool) error {
	date := page.Date
	if date.IsZero() {
		if first {
			return errors.New("the answer has no readable Date header, so that no age can be trusted: look at the store's clock, or at a proxy that takes the header away")
		}
		return nil
	}
	local := c.local()
	skew := Skew(date, page.Sent, local)
	c.mu.Lock()
	defer c.mu.Unlock()
	if !c.seen {
		c.seen, c.skew = true, skew
	}
	if skew.Abs() > MaxSkew {
		return fmt.Errorf("the store's clock says %s, this machine's says %s: they are %s apart, and above %s no age can be trusted; set this machine's clock (NTP), or the store's if that one is wrong",
			stamp(date), stamp(local), skew.Abs().Round(time.Second), MaxSkew)
	}
	if c.now.IsZero() {
		c.now, c.skew = local.UTC(), skew
		if date.Before(local) {
			c.now = date.UTC()
		}
	}
	return nil
}

// reading returns now and the skew.
func (c *scanClock) reading() (now time.Time, skew time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now, c.skew
}

func stamp(t time.Time) string { return t.UTC().Format("2006-01-02 15:04:05 UTC") }
