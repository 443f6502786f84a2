package objectstore_test

import (
	"context"
	"errors"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"golang.org/x/sync/errgroup"

	"offcut/engine"
	"offcut/engine/objectstore"
	"offcut/rules"
)

func soon() time.Time { return time.Now().Add(time.Minute) }

// An abort is never repeated here, so that who may repeat it is told when.
func TestAnAbortTellsWhenToTryAgain(t *testing.T) {
	_, err := open(t, serve(t, fault(503, "SlowDown", "Retry-After", "3")).URL).Abort(t.Context(), theRef(), soon())
	var asking interface{ RetryAfter() time.Duration }
	if !errors.As(err, &asking) || asking.RetryAfter() != 3*time.Second {
		t.Errorf("got %v", err)
	}
}

func TestAbortAnswers(t *testing.T) {
	tests := []struct {
		name   string
		answer http.HandlerFunc
		is     error // nil: success; errOther: none of the sentinels
	}{
		{"204", say(204, ""), nil},
		{"200", say(200, ""), nil},
		{"202 is no yes", say(202, ""), errOther},
		{"200 with an error in it", fault(200, "AccessDenied"), errOther},
		{"200 with a temporary error in it", fault(200, "SlowDown"), engine.ErrTemporary},
		{"no such upload", fault(404, "NoSuchUpload"), engine.ErrNoSuchUpload},
		{"404 without a code", say(404, ""), errOther},
		{"404 of a proxy", say(404, "<html>NoSuchUpload</html>"), errOther},
		{"404 for the key", fault(404, "NoSuchKey"), errOther},
		{"no such bucket", fault(404, "NoSuchBucket"), engine.ErrNoSuchBucket},
		{"denied", fault(403, "AccessDenied"), engine.ErrAccessDenied},
		{"denied without a code", say(403, ""), engine.ErrAccessDenied},
		{"bad key", fault(403, "InvalidAccessKeyId"), errOther},
		{"throttled", fault(503, "SlowDown"), engine.ErrTemporary},
		{"too many", say(429, ""), engine.ErrTemporary},
		{"timeout", say(408, ""), engine.ErrTemporary},
		{"internal", fault(500, "InternalError"), engine.ErrTemporary},
		{"gateway", say(502, "<html></html>"), engine.ErrTemporary},
		{"not implemented", fault(501, "NotImplemented"), errOther},
		{"method not allowed", fault(405, "MethodNotAllowed"), errOther},
		{"bad request", fault(400, "InvalidArgument"), errOther},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := serve(t, tt.answer)
			c := open(t, s.URL)
			_, err := c.Abort(t.Context(), theRef(), soon())
			checkSentinel(t, err, tt.is)
			// One call is one request, whatever comes back.
			if n := len(s.asked()); n != 1 || c.Requests() != 1 {
				t.Errorf("%d requests, %d counted", n, c.Requests())
			}
		})
	}
}

var errOther = errors.New("none of the engine's errors")

// checkSentinel checks that an error matches one sentinel and no other.
func checkSentinel(t *testing.T, err, want error) {
	t.Helper()
	if (err == nil) != (want == nil) {
		t.Errorf("got %v, want %v", err, want)
	}
	for _, sentinel := range []error{engine.ErrNoSuchUpload, engine.ErrNoSuchBucket, engine.ErrAccessDenied, engine.ErrTemporary, engine.ErrTooLate} {
		if errors.Is(err, sentinel) != errors.Is(want, sentinel) {
			t.Errorf("got %v: it should match %v alone", err, want)
		}
	}
}

func TestAbortGivesTheReceipt(t *testing.T) {
	s := serve(t, say(204, "", "X-Kss-Request-Id", "req7"))
	got, err := open(t, s.URL).Abort(t.Context(), theRef(), soon())
	if err != nil || got != (engine.Receipt{Status: 204, RequestID: "req7"}) {
		t.Errorf("got %+v, %v", got, err)
	}
}

func TestAbortAfterADroppedConnectionIsTemporary(t *testing.T) {
	s := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		conn, _, err := w.(http.Hijacker).Hijack()
		if err == nil {
			_ = conn.Close()
		}
	})
	_, err := open(t, s.URL).Abort(t.Context(), theRef(), soon())
	checkSentinel(t, err, engine.ErrTemporary)
	if n := len(s.asked()); n != 1 {
		t.Errorf("%d requests", n)
	}
}

func TestPromise3_NothingIsSentAfterTheDeadline(t *testing.T) {
	t.Run("passed already", func(t *testing.T) {
		s := serve(t, say(204, ""))
		c := open(t, s.URL)
		for _, at := range []time.Time{time.Now().Add(-time.Hour), {}} {
			if _, err := c.Abort(t.Context(), theRef(), at); err == nil {
				t.Error("no error")
			}
		}
		_, err := c.Abort(t.Context(), theRef(), time.Now())
		checkSentinel(t, err, engine.ErrTooLate)
		if len(s.asked()) != 0 || c.Requests() != 0 {
			t.Error("something was sent")
		}
	})
	t.Run("by the clock that was given", func(t *testing.T) {
		s := serve(t, say(204, ""))
		past := time.Date(2001, 1, 1, 0, 0, 0, 0, time.UTC)
		c := open(t, s.URL, func(_ *rules.Provider, s *objectstore.Settings) { s.Clock = func() time.Time { return past } })
		_, err := c.Abort(t.Context(), theRef(), past)
		checkSentinel(t, err, engine.ErrTooLate)
		_, err = c.Abort(t.Context(), theRef(), past.Add(time.Minute))
		checkSentinel(t, err, nil)
	})
	t.Run("passes while waiting for a connection", func(t *testing.T) {
		release := make(chan struct{})
		arrived := make(chan struct{})
		s := serve(t, func(w http.ResponseWriter, _ *http.Request) {
			close(arrived)
			<-release
			w.WriteHeader(http.StatusNoContent)
		}, say(204, ""))
		c := open(t, s.URL, func(_ *rules.Provider, s *objectstore.Settings) { s.MaxConnections = 1 })
		var work errgroup.Group
		work.Go(func() error { // takes the only connection, and may take its time over the answer
			_, err := c.Abort(t.Context(), theRef(), time.Now().Add(time.Minute))
			return err
		})
		<-arrived
		_, err := c.Abort(t.Context(), theRef(), time.Now().Add(50*time.Millisecond))
		checkSentinel(t, err, engine.ErrTooLate)
		close(release)
		if err := work.Wait(); err != nil {
			t.Error(err)
		}
		if n := len(s.asked()); n != 1 || c.Requests() != 1 {
			t.Errorf("%d requests, %d counted", n, c.Requests())
		}
	})
	t.Run("an answer may come later", func(t *testing.T) {
		start := time.Now()
		var clock atomic.Pointer[time.Time]
		clock.Store(&start)
		s := serve(t, func(w http.ResponseWriter, _ *http.Request) {
			later := start.Add(time.Hour)
			clock.Store(&later)
			w.WriteHeader(http.StatusNoContent)
		})
		c := open(t, s.URL, func(_ *rules.Provider, s *objectstore.Settings) {
			s.Clock = func() time.Time { return *clock.Load() }
		})
		_, err := c.Abort(t.Context(), theRef(), start.Add(time.Minute))
		checkSentinel(t, err, nil)
	})
	t.Run("passes while the pace is kept", func(t *testing.T) {
		s := serve(t, say(204, ""))
		c := open(t, s.URL, func(p *rules.Provider, _ *objectstore.Settings) { p.RequestsPerSecond = 0.001 })
		if _, err := c.Abort(t.Context(), theRef(), soon()); err != nil {
			t.Fatal(err)
		}
		_, err := c.Abort(t.Context(), theRef(), time.Now().Add(10*time.Millisecond))
		checkSentinel(t, err, engine.ErrTooLate)
		if n := len(s.asked()); n != 1 {
			t.Errorf("%d requests", n)
		}
	})
}

func TestAbortCancelled(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	arrived, release := make(chan struct{}), make(chan struct{})
	s := serve(t, func(http.ResponseWriter, *http.Request) { close(arrived); <-release })
	defer close(release)
	c := open(t, s.URL)
	var work errgroup.Group
	work.Go(func() error {
		_, err := c.Abort(ctx, theRef(), soon())
		return err
	})
	<-arrived
	cancel()
	if err := work.Wait(); !errors.Is(err, context.Canceled) || errors.Is(err, engine.ErrTemporary) {
		t.Errorf("got %v", err)
	}
}

// The connections are kept: many workers do not spend their time in handshakes.
func TestOneThousandAbortsOpenAtMostEightConnections(t *testing.T) {
	var opened, answered atomic.Int64
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		// Answers with bodies must be read to their end, or the connection is lost.
		switch answered.Add(1) % 4 {
		case 0:
			fault(404, "NoSuchUpload")(w, r)
		case 1:
			say(403, strings.Repeat("x", 10_000))(w, r)
		default:
			w.WriteHeader(http.StatusNoContent)
		}
	}))
	server.Config.ConnState = func(_ net.Conn, state http.ConnState) {
		if state == http.StateNew {
			opened.Add(1)
		}
	}
	server.Start()
	t.Cleanup(server.Close)
	c := open(t, server.URL, func(_ *rules.Provider, s *objectstore.Settings) { s.MaxConnections = 8 })
	var workers sync.WaitGroup
	for range 8 {
		workers.Go(func() {
			for range 125 {
				if _, err := c.Abort(t.Context(), theRef(), soon()); errors.Is(err, engine.ErrTemporary) {
					t.Error(err)
				}
			}
		})
	}
	workers.Wait()
	if n := opened.Load(); n > 8 || answered.Load() != 1000 || c.Requests() != 1000 {
		t.Errorf("%d connections for %d aborts (%d counted)", n, answered.Load(), c.Requests())
	}
}
