package daemon

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"time"

	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// shutdownGrace is how long requests in hand may take once the runs have ended.
const shutdownGrace = 3 * time.Second

// A site is the daemon's HTTP port. Without an address it is empty: it never
// fails and there is nothing to close.
type site struct {
	listener net.Listener
	server   *http.Server
	failed   chan error // one value if serving fails; closed when serving ends
}

// openSite opens the port and serves on it.
func openSite(ctx context.Context, w *watch) (*site, error) {
	if w.o.Listen == "" {
		return &site{}, nil
	}
	l, err := ListenLoopback(ctx, w.o.Listen)
	if err != nil {
		return nil, err
	}
	s := &site{
		listener: l,
		server: &http.Server{
			Handler:           w.handler(),
			ReadHeaderTimeout: 5 * time.Second,
			ReadTimeout:       10 * time.Second,
			WriteTimeout:      30 * time.Second,
			IdleTimeout:       2 * time.Minute,
			MaxHeaderBytes:    16 << 10,
		},
		failed: make(chan error, 1),
	}
	go func() {
		defer close(s.failed)
		if err := s.server.Serve(l); !errors.Is(err, http.ErrServerClosed) {
			s.failed <- fmt.Errorf("serve HTTP on %s: %w", l.Addr(), err)
		}
	}()
	return s, nil
}

// addr is the address that is listened on; empty without HTTP.
func (s *site) addr() string {
	if s.listener == nil {
		return ""
	}
	return s.listener.Addr().String()
}

// close lets the requests in hand finish and closes the port. Failures of serving
// come out of it too.
func (s *site) close(ctx context.Context) error {
	if s.server == nil {
		return nil
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), shutdownGrace)
	defer cancel()
	err := s.server.Shutdown(ctx)
	if errors.Is(err, context.DeadlineExceeded) {
		err = s.server.Close() // a client that sends nothing, or slowly, has had its time
	}
	for failure := range s.failed {
		err = errors.Join(err, failure)
	}
	return err
}

// handler routes the three pages.
func (w *watch) handler() http.Handler {
	mux := http.NewServeMux()
	// Being alive does not depend on the store: a restart would not mend it.
	mux.HandleFunc("GET /healthz", func(rw http.ResponseWriter, _ *http.Request) {
		answer(rw, http.StatusOK, "ok")
	})
	mux.HandleFunc("GET /readyz", func(rw http.ResponseWriter, _ *http.Request) {
		if w.ready.Load() {
			answer(rw, http.StatusOK, "ready")
			return
		}
		if w.stopped() {
			answer(rw, http.StatusServiceUnavailable, "draining")
			return
		}
		answer(rw, http.StatusServiceUnavailable, "starting")
	})
	mux.Handle("GET /metrics", promhttp.HandlerFor(w.metrics.registry, promhttp.HandlerOpts{
		MaxRequestsInFlight: 4,
		Timeout:             10 * time.Second,
	}))
	return mux
}

func answer(rw http.ResponseWriter, status int, text string) {
	rw.Header().Set("Content-Type", "text/plain; charset=utf-8")
	rw.WriteHeader(status)
	_, _ = io.WriteString(rw, text+"\n") // a client that left is no news
}

// ListenLoopback listens on a TCP address of this machine that no other machine
// can reach. Any other address is refused: what listens there has no access
// control of its own.
func ListenLoopback(ctx context.Context, addr string) (net.Listener, error) {
	host, _, err := net.SplitHostPort(addr)
	if err != nil {
		return nil, fmt.Errorf("listen on %q: not of the form HOST:PORT, such as 127.0.0.1:9180: %w", addr, err)
	}
	ip := net.ParseIP(host)
	if !strings.EqualFold(host, "localhost") && (ip == nil || !ip.IsLoopback()) {
		return nil, fmt.Errorf("listen on %q: not a loopback address; use 127.0.0.1, [::1] or localhost, "+
			"and put a proxy with access control in front for other machines", addr)
	}
	var lc net.ListenConfig
	l, err := lc.Listen(ctx, "tcp", addr)
	if err != nil {
		return nil, fmt.Errorf("listen on %s: %w (is another process using the port?)", addr, err)
	}
	// localhost is whatever the machine's resolver says it is.
	if tcp, ok := l.Addr().(*net.TCPAddr); !ok || !tcp.IP.IsLoopback() {
		return nil, errors.Join(fmt.Errorf("listen on %q: it means %s here, which is not a loopback address", addr, l.Addr()), l.Close())
	}
	return l, nil
}
