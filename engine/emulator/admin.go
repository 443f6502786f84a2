package emulator

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"time"
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
func (s *Server) Admin() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("POST /-/age", s.serveAge)
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
	by, err = parseDuration(req.By)
	return req, by, err
}

func answerJSON(w http.ResponseWriter, status int, v any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	json.NewEncoder(w).Encode(v) //nolint:errcheck // The client has gone; there is nobody to tell.
}

// parseDuration reads Go's durations with d and w besides, not below zero:
// "36h", "7d", "1w2d", "1d12h30m".
func parseDuration(text string) (time.Duration, error) {
	rest := text
	var total time.Duration
	for first := true; rest != "" || first; first = false {
		m := durationTerm().FindStringSubmatch(rest)
		if m == nil {
			return 0, fmt.Errorf("duration %q: write it like 90m, 36h, 7d or 1d12h", text)
		}
		rest = rest[len(m[0]):]
		term, err := durationOf(m[1], m[2])
		if err != nil || total > math.MaxInt64-term {
			return 0, fmt.Errorf("duration %q is longer than 290 years", text)
		}
		total += term
	}
	return total, nil
}

func durationTerm() *regexp.Regexp {
	return regexp.MustCompile(`^([0-9]+(?:\.[0-9]+)?)(ns|us|µs|ms|s|m|h|d|w)`)
}

func durationOf(number, unit string) (time.Duration, error) {
	hours := map[string]float64{"d": 24, "w": 7 * 24}[unit]
	if hours == 0 {
		return time.ParseDuration(number + unit)
	}
	n, err := strconv.ParseFloat(number, 64)
	if d := n * hours * float64(time.Hour); err == nil && d < math.MaxInt64 {
		return time.Duration(d), nil
	}
	return 0, strconv.ErrRange
}

// parseSize reads a number of bytes: "100", "64MiB", "1.5GB".
func parseSize(text string) (int64, error) {
	digits := strings.TrimRight(text, "KMGTiB ")
	n, err := strconv.ParseFloat(digits, 64)
	unit, known := sizeUnit(strings.TrimSpace(text[len(digits):]))
	if err != nil || !known || !(n >= 0 && n*unit < math.MaxInt64) {
		return 0, fmt.Errorf("size %q: write it like 512KiB, 64MiB or 5GB", text)
	}
	return int64(n * unit), nil
}

func sizeUnit(name string) (float64, bool) {
	unit := map[string]float64{
		"": 1, "B": 1, "KB": 1e3, "MB": 1e6, "GB": 1e9, "TB": 1e12,
		"KiB": 1 << 10, "MiB": 1 << 20, "GiB": 1 << 30, "TiB": 1 << 40,
	}[name]
	return unit, unit != 0
}
