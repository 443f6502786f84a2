package emulator

import (
	"errors"
	"io"
	"net/http"
	"os"
	"time"

	"offcut/engine/ks3"
)

// patience is how long the server waits for a client that has begun a request
// and does nothing more. What moves may be as slow as its line.
type patience struct {
	// body is the wait for the next bytes of a body. S3 gives up after about 20
	// seconds, with RequestTimeout; KS3's pages give no number.
	body time.Duration

	// answer is the wait until more of an answer can be sent. It is longer: before
	// an answer the HTTP server waits for what is left of the body, and the kernel
	// tells of a slow reader's progress only once about a third of its buffer,
	// which may be megabytes, has gone.
	answer time.Duration
}

func defaultPatience() patience {
	return patience{body: 20 * time.Second, answer: 2 * time.Minute}
}

// headerPatience is the wait for the whole of a request's head.
const headerPatience = 10 * time.Second

// codeRequestTimeout is S3's code, with 400, for a body that stops coming.
const codeRequestTimeout = "RequestTimeout"

// A patientBody renews the connection's deadline with everything that comes. The
// deadline goes with the body's end: it would end a long answer, too.
type patientBody struct {
	io.Reader
	control *http.ResponseController
	wait    time.Duration
}

// newPatientBody begins to wait at once: of a body that nobody wants, the HTTP
// server still reads some.
func newPatientBody(w http.ResponseWriter, r *http.Request, wait time.Duration) io.Reader {
	if r.Body == nil || r.Body == http.NoBody {
		return http.NoBody
	}
	b := &patientBody{Reader: r.Body, control: http.NewResponseController(w), wait: wait}
	b.renew(time.Now().Add(wait))
	return b
}

// renew sets the deadline. Where there is no connection, there is none to set.
func (b *patientBody) renew(deadline time.Time) { _ = b.control.SetReadDeadline(deadline) }

func (b *patientBody) Read(p []byte) (int, error) {
	b.renew(time.Now().Add(b.wait))
	n, err := b.Reader.Read(p)
	switch {
	case errors.Is(err, io.EOF):
		b.renew(time.Time{})
	case errors.Is(err, os.ErrDeadlineExceeded):
		err = refuse(codeRequestTimeout, "Nothing more of the body came within %s.", b.wait)
	case err == nil, errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, http.ErrBodyReadAfterClose):
	default:
		// HTTP's own chunks are malformed, or the connection is broken.
		err = refuse(ks3.CodeInvalidArgument, "The body can't be read: %s.", err)
	}
	return n, err
}

// A patientWriter renews the connection's deadline with everything that goes out.
type patientWriter struct {
	http.ResponseWriter
	wait time.Duration
}

// newPatientWriter replaces the deadline that an earlier answer on the same
// connection has left.
func newPatientWriter(w http.ResponseWriter, wait time.Duration) *patientWriter {
	p := &patientWriter{w, wait}
	p.renew()
	return p
}

func (w *patientWriter) renew() {
	// Where there is no connection, there is no deadline to set.
	_ = http.NewResponseController(w.ResponseWriter).SetWriteDeadline(time.Now().Add(w.wait))
}

func (w *patientWriter) WriteHeader(status int) {
	w.renew()
	w.ResponseWriter.WriteHeader(status)
}

func (w *patientWriter) Write(p []byte) (int, error) {
	w.renew()
	return w.ResponseWriter.Write(p)
}

// answerStep is how much of a file is handed to the kernel under one deadline.
const answerStep = 256 << 10

// ReadFrom keeps the kernel's way from a file to a connection, step by step. That
// way knows a file behind one limit, not behind two.
func (w *patientWriter) ReadFrom(src io.Reader) (total int64, err error) {
	limit, ok := src.(*io.LimitedReader)
	if !ok {
		limit = &io.LimitedReader{R: src, N: 1<<63 - 1}
	}
	for limit.N > 0 {
		w.renew()
		n, err := io.CopyN(w.ResponseWriter, limit.R, min(limit.N, answerStep))
		total, limit.N = total+n, limit.N-n
		if errors.Is(err, io.EOF) {
			return total, nil
		}
		if err != nil {
			return total, err
		}
	}
	return total, nil
}

// Unwrap is for http.ResponseController.
func (w *patientWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }

// patiently gives a handler bodies that don't stand still.
func (s *Server) patiently(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		patient := *r
		patient.Body = io.NopCloser(newPatientBody(w, r, s.patience.body))
		next.ServeHTTP(newPatientWriter(w, s.patience.answer), &patient)
	})
}
