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

// Admin serves the admin API, which is not signed and belongs on a loopback
// address of its own:
//
//	POST /-/age   {"bucket", "key", "upload_id", "by": "36h"}   ->   {"uploads": 3}
//
// moves the stamps of the matching uploads back; fields left out match
// everything, by is needed. What can't be read is answered with 400 and {"error"}.
//
//	POST /-/lifecycle   ->   {"buckets": {"media": {"aborted": 2, "expired": 0, "transitioned": 0}}}
//
// does at once what the lifecycles of all buckets ask for now; a body is ignored.
func (s *Server) Admin() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("POST /-/age", s.serveAge)
	mux.HandleFunc("POST /-/lifecycle", s.serveLifecycle)
	return mux
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
		answerJSON(w, http.StatusBadRequest, map[string]string{"error": err.Error()})
		return
	}
	n, err := s.Age(AgeFilter{Bucket: req.Bucket, Key: req.Key, UploadID: req.UploadID}, by)
	if err != nil {
		answerJSON(w, http.StatusInternalServerError, map[string]string{"error": err.Error()})
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

func answerJSON(w http.ResponseWriter, status int, v any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	json.NewEncoder(w).Encode(v) //nolint:errcheck // The client has gone; there is nobody to tell.
}
