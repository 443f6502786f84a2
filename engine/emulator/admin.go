package emulator

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"time"

	"offcut/engine/emulator/switches"
)

// maxAdminBody is far more than any call of the admin API has.
const maxAdminBody = 64 << 10

// maxAdminError holds hundreds of mistakes.
const maxAdminError = 32 << 10

// Admin serves the admin API, which is not signed and belongs on a loopback
// address of its own:
//
//	POST   /-/age        {"bucket", "key", "upload_id", "by": "36h"}   ->   {"uploads": 3}
//	POST   /-/lifecycle                                     ->   {"buckets": {"media": {"aborted": 2, "expired": 0, "transitioned": 0}}}
//	GET    /-/switches                                      ->   {"switches", "in_effect", "strikes"}
//	PUT    /-/switches   {"profile": "minio", "faults": [{"action": "ListParts", "status": 503}]}
//	PATCH  /-/switches   {"second_abort": "204", "faults": null}
//	DELETE /-/switches
//
// Age moves the stamps of the matching uploads back; fields left out match
// everything, by is needed. Lifecycle does at once what the lifecycles of all
// buckets ask for now; a body is ignored.
//
// The switches are a switches.Set in JSON. PUT replaces the set that is on, PATCH
// replaces the fields that it names (null takes one back), and DELETE makes the
// server honest again; each begins all counts anew, and answers as GET does: with
// the set as it was given, the quirks that it and its profile come to, and how
// often each of its faults has struck.
//
// What can't be read is answered with 400 and {"error"}, every mistake on a line
// of its own. A browser's page from elsewhere is answered with 403: it could
// reach a loopback address, too.
func (s *Server) Admin() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("POST /-/age", s.serveAge)
	mux.HandleFunc("POST /-/lifecycle", s.serveLifecycle)
	mux.HandleFunc("GET /-/switches", func(w http.ResponseWriter, _ *http.Request) { s.answerSwitches(w) })
	mux.HandleFunc("PUT /-/switches", s.changeSwitches(func(_ switches.Set, body []byte) (set switches.Set, err error) {
		return set, json.Unmarshal(body, &set)
	}))
	mux.HandleFunc("PATCH /-/switches", s.changeSwitches(switches.Merge))
	mux.HandleFunc("DELETE /-/switches", s.changeSwitches(func(_ switches.Set, body []byte) (set switches.Set, err error) {
		if len(body) > 0 {
			err = errors.New("DELETE takes no body: every switch goes off")
		}
		return set, err
	}))
	return sameSite(s.patiently(mux))
}

// An ageRequest is the body of POST /-/age.
type ageRequest struct {
	Bucket   string `json:"bucket"`
	Key      string `json:"key"`
	UploadID string `json:"upload_id"`
	By       string `json:"by"`
}

func (s *Server) serveAge(w http.ResponseWriter, r *http.Request) {
	req, by, err := readAge(http.MaxBytesReader(w, r.Body, maxAdminBody))
	if err != nil {
		answerFailure(w, http.StatusBadRequest, err)
		return
	}
	n, err := s.Age(AgeFilter{Bucket: req.Bucket, Key: req.Key, UploadID: req.UploadID}, by)
	if err != nil {
		answerFailure(w, http.StatusInternalServerError, err)
		return
	}
	answerJSON(w, http.StatusOK, map[string]int{"uploads": n})
}

func readAge(body io.Reader) (req ageRequest, by time.Duration, err error) {
	d := json.NewDecoder(body)
	d.DisallowUnknownFields()
	if err := d.Decode(&req); err != nil {
		return req, 0, fmt.Errorf("read the body as {bucket, key, upload_id, by}: %w", err)
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return req, 0, errors.New("something follows the JSON object")
	}
	if req.By == "" {
		return req, 0, errors.New(`"by" is missing: give a duration such as "36h" or "7d"`)
	}
	by, err = switches.ParseDuration(req.By)
	return req, by, err
}

// changeSwitches handles a call that makes another set of the one that is on.
func (s *Server) changeSwitches(change func(was switches.Set, body []byte) (switches.Set, error)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxAdminBody))
		if err == nil {
			err = s.board.Change(func(was switches.Set) (switches.Set, error) { return change(was, body) })
		}
		if err != nil {
			answerFailure(w, http.StatusBadRequest, err)
			return
		}
		s.answerSwitches(w)
	}
}

func (s *Server) answerSwitches(w http.ResponseWriter) {
	on := s.board.State()
	answerJSON(w, http.StatusOK, map[string]any{"switches": on.Asked, "in_effect": on.Quirks, "strikes": on.Strikes})
}

func answerFailure(w http.ResponseWriter, status int, err error) {
	answerJSON(w, status, map[string]string{"error": shortened(err.Error(), maxAdminError)})
}

func answerJSON(w http.ResponseWriter, status int, v any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	e.Encode(v) //nolint:errcheck // The client has gone; there is nobody to tell.
}
