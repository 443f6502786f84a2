package objectstore

import (
	"context"
	"net/http/httptrace"
	"sync"
	"time"

	"offcut/engine"
)

// A gate lets a request onto the wire only before its deadline. Waiting for a
// free connection, dialling and shaking hands can take long, so the deadline is
// held until there is a connection to write to; the request is written at once
// then, and its answer may take its time.
type gate struct {
	notAfter time.Time
	clock    func() time.Time
	cancel   context.CancelCauseFunc

	mu    sync.Mutex
	timer *time.Timer
	onto  bool // a connection was there: the request may have been written
	shut  bool // the deadline passed first
}

// newGate makes the gate of one request. Without a deadline it is always open.
func (c *Client) newGate(ctx context.Context, notAfter time.Time) (*gate, context.Context) {
	g := &gate{notAfter: notAfter, clock: c.clock, cancel: func(error) {}}
	if notAfter.IsZero() {
		return g, ctx
	}
	ctx, g.cancel = context.WithCancelCause(ctx)
	return g, httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{GetConn: g.waiting, GotConn: g.through})
}

// late reports whether the deadline has passed.
func (g *gate) late() bool { return !g.notAfter.IsZero() && !g.clock().Before(g.notAfter) }

// waiting begins the wait for a connection. The transport begins another only
// when it wrote nothing to the one before.
func (g *gate) waiting(string) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.onto = false
	g.timer = time.AfterFunc(g.notAfter.Sub(g.clock()), func() {
		g.mu.Lock()
		defer g.mu.Unlock()
		if !g.onto {
			g.shut = true
			g.cancel(engine.ErrTooLate)
		}
	})
}

// through ends the wait.
func (g *gate) through(httptrace.GotConnInfo) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.onto = true
	g.timer.Stop()
}

// unsent reports whether the deadline passed before anything could be written.
func (g *gate) unsent() bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.shut && !g.onto
}

// close frees what the gate holds.
func (g *gate) close() {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.timer != nil {
		g.timer.Stop()
	}
	g.cancel(nil)
}
