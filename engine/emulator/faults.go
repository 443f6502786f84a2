package emulator

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"offcut/engine/emulator/switches"
	"offcut/engine/ks3"
)

// A cut ends the connection where it stands. Its cause is nil where a fault
// says so.
type cut struct{ cause error }

func (cut) Error() string { return "the connection is cut" }

// admit turns a request away that comes faster than the rate limit. No page of
// KS3 ties a throttle to a code; status and code are S3's.
func (c *call) admit() error {
	if c.board.Admit(c.access.Time) {
		return nil
	}
	return refuse(codeSlowDown, "There are more requests than this server's rate limit lets in: slow down.")
}

// goWrong does or does not do a request as the fault says, and gives its answer.
func (c *call) goWrong(f switches.Fault, do func() error) error {
	c.access.Fault = nameOfFault(f)
	answered := f.Cut || f.Status != 0 || f.Body == "garbage"
	switch {
	case f.Body == "truncated":
		return c.truncate(f, do)
	case f.When == "after" && answered:
		c.doUnheard(do)
	case f.When == "after":
		return c.late(f, do)
	}
	if err := c.wait(f.Delay); err != nil {
		return err
	}
	if !answered {
		return do()
	}
	return c.answerFault(f)
}

// nameOfFault says what a fault does, for the access log.
func nameOfFault(f switches.Fault) string {
	var does []string
	if f.Delay > 0 {
		does = append(does, "late by "+time.Duration(f.Delay).String())
	}
	switch {
	case f.Cut:
		does = append(does, "cut")
	case f.Body != "":
		does = append(does, f.Body)
	}
	if f.Status != 0 {
		does = append(does, strconv.Itoa(f.Status))
	}
	if f.When == "after" || f.Body == "truncated" {
		does = append(does, "after it was done")
	}
	return strings.Join(does, ", ")
}

// wait passes a fault's delay in real time. It ends early, and the connection
// with it, when the client goes or the server closes.
func (c *call) wait(delay switches.Duration) error {
	if delay <= 0 {
		return nil
	}
	timer := time.NewTimer(time.Duration(delay))
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-c.r.Context().Done():
		return cut{fmt.Errorf("wait as a fault says: %w", context.Cause(c.r.Context()))}
	case <-c.closing:
		return cut{errors.New("wait as a fault says: the server closes")}
	}
}

// doUnheard does the request and keeps nothing of its answer; what the server
// itself did wrong is logged all the same.
func (c *call) doUnheard(do func() error) {
	w, code, reason := c.w, c.access.Code, c.access.Reason
	c.w = &unheardWriter{header: http.Header{}}
	if err := do(); err != nil {
		_, internal := asAPIError(err)
		c.access.Err = errors.Join(c.access.Err, internal)
	}
	c.w, c.answered = w, false
	c.access.Status, c.access.Code, c.access.Reason = 0, code, reason
}

// late does the request and waits before it is answered.
func (c *call) late(f switches.Fault, do func() error) error {
	w := &lateWriter{ResponseWriter: c.w, wait: func() error { return c.wait(f.Delay) }}
	c.w = w
	if err := do(); err != nil && c.settle(err) {
		return cut{}
	}
	if w.ended != nil {
		c.access.Status = 0
	}
	return w.ended
}

// truncate does the request and sends half of its answer's body.
func (c *call) truncate(f switches.Fault, do func() error) error {
	if err := c.wait(f.Delay); err != nil {
		return err
	}
	w := &halfWriter{ResponseWriter: c.w, head: c.r.Method == http.MethodHead}
	c.w = w
	if err := do(); err != nil && c.settle(err) {
		return cut{}
	}
	if !w.begun {
		c.access.Status = 0 // An answer without a body has no half: nothing of it was sent.
		return cut{}
	}
	return cut{http.NewResponseController(w.ResponseWriter).Flush()}
}

// answerFault is the answer of a fault that has one.
func (c *call) answerFault(f switches.Fault) error {
	if f.Cut {
		return cut{}
	}
	if f.RetryAfter > 0 {
		c.w.Header().Set("Retry-After", strconv.FormatInt(int64(time.Duration(f.RetryAfter)/time.Second), 10))
	}
	if f.Body == "garbage" {
		c.garbage(f.Status)
		return nil
	}
	e := &apiError{status: f.Status, code: f.Code, message: f.Message, location: f.Location}
	if e.code == "" {
		e.code = c.codeOf(f.Status)
	}
	if e.message == "" {
		e.message = "This server was told to answer so."
	}
	// A location that ends with its host is where the same request is to go.
	if _, host, _ := strings.Cut(e.location, "://"); e.location != "" && !strings.ContainsAny(host, "/?#") {
		e.location += wirePath(c.r)
		if c.r.URL.RawQuery != "" {
			e.location += "?" + c.r.URL.RawQuery
		}
	}
	return e
}

// garbage answers with what a broken proxy may send.
func (c *call) garbage(status int) {
	if status == 0 {
		status = http.StatusOK
	}
	if c.r.Method == http.MethodHead {
		c.writeHead(status)
		return
	}
	c.reply(status, []byte("<html><p>\x00\xff\xfe This is no XML & it never ends<"))
}

// Codes of S3 that have no other use here.
const (
	codeSlowDown          = "SlowDown"
	codePermanentRedirect = "PermanentRedirect"
	codeOperationAborted  = "OperationAborted"
)

// codeOf is a code that belongs to a status, of KS3's pages or else of S3's.
func (c *call) codeOf(status int) string {
	switch status {
	case http.StatusMovedPermanently, http.StatusPermanentRedirect:
		return codePermanentRedirect
	case http.StatusBadRequest:
		return ks3.CodeInvalidArgument
	case http.StatusUnauthorized, http.StatusForbidden:
		return ks3.CodeAccessDenied
	case http.StatusNotFound:
		return c.codeOfMissing()
	case http.StatusMethodNotAllowed:
		return ks3.CodeMethodNotAllowed
	case http.StatusConflict:
		return codeOperationAborted
	case http.StatusPreconditionFailed:
		return ks3.CodePreconditionFailed
	case http.StatusTooManyRequests, http.StatusServiceUnavailable:
		return codeSlowDown
	case http.StatusNotImplemented:
		return ks3.CodeNotImplemented
	}
	switch {
	case status < 400:
		return ks3.CodeTemporaryRedirect
	case status < 500:
		return codeInvalidRequest
	}
	return ks3.CodeInternalError
}

// codeOfMissing names what a request speaks of.
func (c *call) codeOfMissing() string {
	switch {
	case c.query.Has("uploadId"):
		return ks3.CodeNoSuchUpload
	case c.key != "":
		return ks3.CodeNoSuchKey
	}
	return ks3.CodeNoSuchBucket
}

// An unheardWriter takes an answer that nobody is to hear.
type unheardWriter struct{ header http.Header }

func (w *unheardWriter) Header() http.Header         { return w.header }
func (w *unheardWriter) WriteHeader(int)             {}
func (w *unheardWriter) Write(p []byte) (int, error) { return len(p), nil }

// A lateWriter waits before it sends the status. Where the wait has ended early
// it sends nothing, and what is written fails.
type lateWriter struct {
	http.ResponseWriter
	wait  func() error
	ended error
}

func (w *lateWriter) WriteHeader(status int) {
	if w.ended = w.wait(); w.ended == nil {
		w.ResponseWriter.WriteHeader(status)
	}
}

func (w *lateWriter) Write(p []byte) (int, error) {
	if w.ended != nil {
		return 0, w.ended
	}
	return w.ResponseWriter.Write(p)
}

// Unwrap is for http.ResponseController.
func (w *lateWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }

// A halfWriter sends the head of an answer and half of its body, as long as its
// Content-Length says. The other half goes nowhere.
type halfWriter struct {
	http.ResponseWriter
	head  bool // the answer is one to HEAD
	left  int64
	begun bool // the status is out
}

func (w *halfWriter) WriteHeader(status int) {
	size, err := strconv.ParseInt(w.Header().Get("Content-Length"), 10, 64)
	if err != nil || size == 0 || w.head {
		return
	}
	w.left, w.begun = size/2, true
	w.ResponseWriter.WriteHeader(status)
}

func (w *halfWriter) Write(p []byte) (int, error) {
	if w.left == 0 {
		return len(p), nil
	}
	n := min(int64(len(p)), w.left)
	w.left -= n
	if _, err := w.ResponseWriter.Write(p[:n]); err != nil {
		return 0, err
	}
	return len(p), nil
}
