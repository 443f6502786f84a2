package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"sync"
	"time"

	"offcut/engine/daemon"
	"offcut/engine/emulator"
	"offcut/engine/objectstore"
	"offcut/rules"
)

// hostGrace is how long requests in hand may take when the server ends.
const hostGrace = 3 * time.Second

// A hostOptions says what to serve and where; both addresses are loopback ones.
type hostOptions struct {
	server        emulator.Options
	config        emulator.Config
	listen, admin string // admin may be empty: no admin port

	// told is called after each call on the admin port; may be nil.
	told func(method, path string, status int)
}

// A host is the KS3 server on sockets of this machine.
type host struct {
	server        *emulator.Server
	url, adminURL string
	ports         []*http.Server
	unused        unusedConns
	serving       sync.WaitGroup
	failed        chan error // why a port ended before close
}

// startHost opens the server's state, fills it as the config says, and opens its
// ports.
func startHost(ctx context.Context, o hostOptions) (_ *host, err error) {
	server, err := emulator.Open(o.config.Options(o.server))
	if err != nil {
		return nil, fmt.Errorf("start the KS3 server: %w", err)
	}
	h := &host{server: server, failed: make(chan error, 2)}
	defer func() {
		if err != nil {
			err = errors.Join(err, h.close(ctx))
		}
	}()
	if err := o.config.Apply(ctx, server); err != nil {
		return nil, fmt.Errorf("fill the KS3 server: %w", err)
	}
	if h.url, err = h.serve(ctx, o.listen, server.Handler()); err != nil {
		return nil, err
	}
	if o.admin != "" {
		if h.adminURL, err = h.serve(ctx, o.admin, logged(server.Admin(), o.told)); err != nil {
			return nil, err
		}
	}
	return h, nil
}

// serve opens one port and returns its URL.
func (h *host) serve(ctx context.Context, addr string, handler http.Handler) (string, error) {
	l, err := daemon.ListenLoopback(ctx, addr)
	if err != nil {
		return "", err
	}
	srv := h.server.HTTPServer() // The admin port is held to the same limits.
	srv.Handler, srv.ConnState = handler, h.unused.note
	h.ports = append(h.ports, srv)
	h.serving.Go(func() {
		if err := srv.Serve(l); !errors.Is(err, http.ErrServerClosed) {
			h.failed <- fmt.Errorf("serve on %s: %w", l.Addr(), err)
		}
	})
	return "http://" + l.Addr().String(), nil
}

// client opens a client for the server.
func (h *host) client(ctx context.Context, key objectstore.Credentials) (*objectstore.Client, error) {
	provider := rules.Provider{Address: "ks3", Kind: "ks3", Region: "BEIJING", Endpoint: h.url}
	return objectstore.Open(ctx, provider, objectstore.Settings{Credentials: &key})
}

// close lets the requests in hand finish, closes the ports, waits for them, and
// removes the state where it was temporary.
func (h *host) close(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), hostGrace)
	defer cancel()
	var errs []error
	h.unused.close()
	for _, srv := range h.ports {
		err := srv.Shutdown(ctx)
		if errors.Is(err, context.DeadlineExceeded) {
			err = srv.Close() // a client that sends nothing, or slowly, has had its time
		}
		errs = append(errs, err)
	}
	h.serving.Wait()
	return errors.Join(append(errs, h.server.Close())...)
}

// The unusedConns are connections on which nothing was asked yet. Clients open
// some in reserve, and a server that ends would wait for them for seconds.
type unusedConns struct {
	mu    sync.Mutex
	conns map[net.Conn]struct{}
}

// note is an http.Server's ConnState.
func (u *unusedConns) note(c net.Conn, state http.ConnState) {
	u.mu.Lock()
	defer u.mu.Unlock()
	if state != http.StateNew {
		delete(u.conns, c)
		return
	}
	if u.conns == nil {
		u.conns = make(map[net.Conn]struct{})
	}
	u.conns[c] = struct{}{}
}

func (u *unusedConns) close() {
	u.mu.Lock()
	defer u.mu.Unlock()
	for c := range u.conns {
		_ = c.Close() // nothing was in it
	}
}
