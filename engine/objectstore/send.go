package objectstore

import (
	"bytes"
	"cmp"
	"context"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"strconv"
	"strings"
	"time"

	"offcut/engine"
	"offcut/engine/ks3"
)

// How reads are repeated: full jitter between attempts.
const (
	readAttempts  = 6
	firstBackoff  = 100 * time.Millisecond
	longestWait   = 5 * time.Second
	longestAsked  = 30 * time.Second // by a Retry-After
	answerTimeout = 5 * time.Minute  // for one answer, its body included
)

// How much of an answer is read.
const (
	answerLimit = 64 << 20 // a page of a listing is about 400 KB
	faultLimit  = 64 << 10
	keptBuffer  = 2 << 20 // a longer one is not kept for the next answer
)

// An answer is what a store said. Its body was read to the end.
type answer struct {
	status    int
	header    http.Header
	body      string
	stream    io.ReadCloser // instead of body, for a call that asked for it
	requestID string
	date      time.Time // zero when missing or unreadable
	asked     time.Time // when its request was sent, by the client's clock

	sent   *http.Request // what it answers, and
	secret string        // the secret key that this may be signed with: see hide
}

// read does a call that may be repeated: transient faults are tried again.
func (c *Client) read(ctx context.Context, cl *call) (answer, error) {
	for n := 1; ; n++ {
		ans, err := c.attempt(ctx, cl)
		if err == nil {
			return ans, nil
		}
		var fault *Error
		if errors.As(err, &fault) {
			fault.Attempts = n
		}
		if !errors.Is(err, engine.ErrTemporary) || n == readAttempts {
			return ans, err
		}
		if sleep(ctx, backoff(n, ans.header)) != nil {
			return ans, cl.fail(fmt.Errorf("%w while waiting to try again after: %w", ctx.Err(), fault.cut()))
		}
	}
}

// cut gives the error without its claim to be worth another try.
func (e *Error) cut() error {
	if e == nil {
		return nil
	}
	plain := *e
	plain.temporary = false
	return &plain
}

// backoff is how long to wait after attempt n: what the store asked for, or a
// random part of a time that doubles.
func backoff(n int, h http.Header) time.Duration {
	if asked := retryAfter(h); asked > 0 {
		return asked
	}
	return rand.N(min(longestWait, firstBackoff<<(n-1)))
}

// retryAfter reads a Retry-After: seconds, or a date by the store's own clock. It
// is 0 where nothing can be read, and at most longestAsked.
func retryAfter(h http.Header) time.Duration {
	text := h.Get("Retry-After")
	if seconds, err := strconv.ParseUint(text, 10, 32); err == nil {
		return min(time.Duration(seconds)*time.Second, longestAsked)
	}
	until, known := ks3.ParseDate(text)
	from, dated := ks3.ParseDate(h.Get("Date"))
	if !known || !dated {
		return 0
	}
	return min(max(0, until.Sub(from)), longestAsked)
}

// attempt sends a call once, and again only where a redirect says that this
// endpoint did not serve it.
func (c *Client) attempt(ctx context.Context, cl *call) (answer, error) {
	s := c.where.of(cl.bucket)
	for hops := 0; ; hops++ {
		ans, err := c.exchange(ctx, cl, s)
		if !redirect(ans.status) {
			if hops > 0 && ans.status != 0 && cl.bucket != "" {
				c.where.move(cl.bucket, s)
			}
			return ans, err
		}
		next, why := c.follow(cl, s, ans)
		if why == nil && hops == maxRedirects {
			why = fmt.Errorf("more than %d redirects in a row", maxRedirects)
		}
		if why != nil {
			var fault *Error
			if errors.As(err, &fault) {
				fault.Hint = redirectHint(ans, why)
			}
			return ans, err
		}
		s = next
	}
}

// exchange sends one request and reads its answer.
func (c *Client) exchange(ctx context.Context, cl *call, s site) (answer, error) {
	if err := c.waitTurn(ctx, cl.notAfter); err != nil {
		return answer{}, cl.fail(err)
	}
	stop := func() {}
	if !cl.stream {
		ctx, stop = context.WithTimeout(ctx, answerTimeout)
	}
	defer stop()
	gate, ctx := c.newGate(ctx, cl.notAfter)
	defer gate.close()
	req, err := c.request(ctx, cl, s)
	if err != nil {
		return answer{}, cl.fail(err)
	}
	if gate.late() {
		return answer{}, cl.fail(engine.ErrTooLate)
	}
	c.requests.Add(1)
	start := time.Now()
	ans, err := c.roundTrip(req, cl)
	if err != nil && ans.status == 0 {
		if gate.unsent() {
			c.requests.Add(-1)
			return answer{}, cl.fail(engine.ErrTooLate)
		}
		err = c.throughProxy(req, c.noAnswer(ctx, cl, s, err))
	}
	end := time.Now()
	if ans.status == http.StatusServiceUnavailable || ans.status == http.StatusTooManyRequests {
		c.pace.throttled(start, end)
	}
	c.tell(cl, ans, err, end.Sub(start))
	return ans, err
}

// waitTurn waits for the pacer, but not beyond the request's deadline.
func (c *Client) waitTurn(ctx context.Context, notAfter time.Time) error {
	if notAfter.IsZero() {
		return c.pace.wait(ctx)
	}
	within, stop := context.WithTimeout(ctx, notAfter.Sub(c.clock()))
	defer stop()
	err := c.pace.wait(within)
	if err != nil && ctx.Err() == nil {
		return engine.ErrTooLate
	}
	return err
}

// roundTrip sends a request and turns everything but a 2xx into an Error. With
// status 0 the error is the transport's own.
func (c *Client) roundTrip(req *http.Request, cl *call) (answer, error) {
	asked := c.clock()
	resp, err := c.transport.RoundTrip(req)
	if err != nil {
		return answer{}, err
	}
	ans := answer{
		status: resp.StatusCode, header: resp.Header, asked: asked,
		sent: req, secret: c.keys.secret(),
	}
	ans.requestID = ans.hide(cmp.Or(resp.Header.Get("X-Kss-Request-Id"), resp.Header.Get("X-Amz-Request-Id")))
	ans.date, _ = ks3.ParseDate(resp.Header.Get("Date"))
	good := resp.StatusCode >= 200 && resp.StatusCode < 300
	if good && cl.stream {
		ans.stream = resp.Body
		return ans, nil
	}
	limit := int64(answerLimit)
	if !good {
		limit = faultLimit
	}
	ans.body, err = c.readAll(resp, limit)
	switch {
	case good && err != nil && !errors.Is(err, errTooLong):
		return answer{}, err
	case good && err != nil:
		return ans, cl.failf(ans, "%w", err)
	}
	return ans, c.fault(cl, ans, good)
}

var errTooLong = fmt.Errorf("the answer is longer than %d MiB: no listing is", answerLimit>>20)

// readAll reads a body to its end, so that the connection can be used again, and
// closes it.
func (c *Client) readAll(resp *http.Response, limit int64) (string, error) {
	defer resp.Body.Close() //nolint:errcheck // what matters was read
	buffer, _ := c.buffers.Get().(*bytes.Buffer)
	if buffer == nil {
		buffer = new(bytes.Buffer)
	}
	buffer.Reset()
	_, err := buffer.ReadFrom(io.LimitReader(resp.Body, limit+1))
	body := buffer.String()
	if buffer.Cap() <= keptBuffer {
		c.buffers.Put(buffer)
	}
	if err == nil && int64(len(body)) > limit {
		return body[:limit], errTooLong
	}
	return body, err
}

// fault makes the Error of an answer, or nil. A 200 can hold an error too.
func (c *Client) fault(cl *call, ans answer, good bool) error {
	var body ks3.Error
	known := strings.Contains(ans.body[:min(len(ans.body), 512)], "Error") &&
		xml.Unmarshal([]byte(ans.body), &body) == nil
	if good && !known {
		return nil
	}
	e := cl.fail(nil)
	e.Status, e.Code, e.Message = ans.status, ans.hide(strings.TrimSpace(body.Code)), ans.hide(strings.TrimSpace(body.Message))
	e.RequestID = cmp.Or(ans.requestID, ans.hide(strings.TrimSpace(body.RequestID)))
	e.temporary, e.retryAfter = temporaryAnswer(e.Status, e.Code), retryAfter(ans.header)
	e.Hint = c.hint(e, ans.body, ans.date)
	return e
}

// noAnswer makes the Error of a request that got no answer.
func (c *Client) noAnswer(ctx context.Context, cl *call, s site, err error) *Error {
	e := cl.fail(err)
	if errors.Is(context.Cause(ctx), engine.ErrTooLate) {
		e.cause = errors.New("its deadline passed while it was being sent: it may have arrived")
		e.temporary = true
		return e
	}
	if errors.Is(ctx.Err(), context.Canceled) {
		return e
	}
	e.Hint, e.temporary = netHint(err, s)
	return e
}

// tell reports a request to whoever listens.
func (c *Client) tell(cl *call, ans answer, err error, took time.Duration) {
	if c.onRequest == nil {
		return
	}
	event := RequestEvent{
		Provider: c.provider, Action: cl.action, Bucket: cl.bucket, Key: cl.key, ID: cl.id,
		Status: ans.status, RequestID: ans.requestID, Duration: took, Err: err,
	}
	var fault *Error
	if errors.As(err, &fault) {
		event.Code, event.RequestID = fault.Code, cmp.Or(event.RequestID, fault.RequestID)
	}
	c.onRequest(event)
}
