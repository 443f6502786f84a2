package main

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"

	"github.com/rogpeppe/go-internal/testscript"

	"offcut/engine/emulator"
	"offcut/engine/emulator/switches"
)

// stageCommand does what a script asks of the server itself:
//
//	store seed SEEDS           makes further buckets and uploads
//	store lies LIES            further lies from now on
//	store switches JSON|FILE   the server lies from now on, as PUT /-/switches on its admin port
//	store strikes              prints how often each fault struck
//	store object BUCKET KEY NxSIZE
//	                           completes an upload of N parts, so that the key holds an object
//	store restart              ends the server and begins it anew on its directory (store start -durable)
func (s *scriptStore) stageCommand(ts *testscript.TestScript, args []string) error {
	switch args[0] {
	case "seed":
		return s.seed(ts.ReadFile(args[1]))
	case "lies":
		return s.liar.learn(ts.ReadFile(args[1]))
	case "switches":
		body := args[1]
		if !strings.HasPrefix(body, "{") {
			body = ts.ReadFile(args[1])
		}
		_, err := s.admin(http.MethodPut, body)
		return err
	case "strikes":
		state, err := s.admin(http.MethodGet, "")
		if err != nil {
			return err
		}
		_, err = fmt.Fprintln(ts.Stdout(), state)
		return err
	case "object":
		return s.putObject(args[1], args[2], args[3])
	case "restart":
		return s.restart()
	}
	return fmt.Errorf("store %s: no such command", args[0])
}

// admin asks the server's admin port about its switches.
func (s *scriptStore) admin(method, body string) (string, error) {
	r := httptest.NewRequest(method, "http://127.0.0.1/-/switches", strings.NewReader(body))
	w := httptest.NewRecorder()
	s.current().Admin().ServeHTTP(w, r)
	if w.Code != http.StatusOK {
		return "", fmt.Errorf("%s switches: %d %s", method, w.Code, w.Body)
	}
	return w.Body.String(), nil
}

// current is the server that serves now.
func (s *scriptStore) current() *emulator.Server {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.server
}

// ServeHTTP is the server as it is, whichever process it is by now.
func (s *scriptStore) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.current().Handler().ServeHTTP(w, r)
}

// restart keeps what is on disk and the switches.
func (s *scriptStore) restart() error {
	was := s.current()
	o := emulator.Options{Dir: s.dir, Switches: was.Switches().State().Asked}
	if err := was.Close(); err != nil {
		return err
	}
	server, err := emulator.Open(o)
	if err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.server = server
	return nil
}

// honestly does something while the server tells no lies.
func (s *scriptStore) honestly(do func() error) error {
	board := s.current().Switches()
	lies := board.State().Asked
	if err := board.Replace(switches.Set{}); err != nil {
		return err
	}
	err := do()
	if back := board.Replace(lies); err == nil {
		err = back
	}
	return err
}
