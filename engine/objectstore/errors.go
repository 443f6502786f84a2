package objectstore

import (
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"offcut/engine"
	"offcut/engine/ks3"
)

// An Error is a request that failed, or that was not sent. It matches the
// engine's sentinels with errors.Is. Its text says what was done to what, what
// the store answered and what to do about it; it holds no secret.
type Error struct {
	Provider  string // address of the provider block
	Action    string // "ListParts"
	Bucket    string
	Key       string
	UploadID  string
	Status    int // 0 when no answer came
	Code      string
	Message   string // the store's, as sent
	RequestID string
	Hint      string // what to do
	Attempts  int    // requests sent for it, where the client repeats them

	cause      error         // what happened instead of an answer
	temporary  bool          // worth another try
	retryAfter time.Duration // what the store asked for, at most longestAsked
}

// RetryAfter is how long the store asked to be left alone: 0 when it asked for
// nothing, at most 30 s.
func (e *Error) RetryAfter() time.Duration { return e.retryAfter }

// Error says verb, object, cause and remedy. Texts of the store are made safe
// for a terminal.
func (e *Error) Error() string {
	did := verb(e.Action)
	if object := e.object(); object != "" {
		did += " " + object
	}
	return e.text(did, e.RequestID)
}

// Brief is the error for a reader who is told beside it which upload and which request
// it is about: errors with one cause have one text.
func (e *Error) Brief() (text, requestID string) { return e.text(verb(e.Action), ""), e.RequestID }

func (e *Error) text(did, requestID string) string {
	var b strings.Builder
	b.WriteString(did + ": " + e.happened())
	if e.Attempts > 1 {
		fmt.Fprintf(&b, " (after %d attempts)", e.Attempts)
	}
	if requestID != "" {
		b.WriteString(" (request id " + show(requestID) + ")")
	}
	if e.Hint != "" {
		b.WriteString(": " + e.Hint)
	}
	return b.String()
}

// object names what the action was about.
func (e *Error) object() string {
	switch {
	case e.Action == actionOpen:
		return show(e.Provider)
	case e.Bucket == "":
		return ""
	case e.Key == "":
		return show(e.Bucket)
	case e.UploadID == "":
		return show(e.Bucket + "/" + e.Key)
	}
	return show(e.Bucket+"/"+e.Key) + " (upload " + show(e.UploadID) + ")"
}

// happened is the cause: the answer, or why there is none.
func (e *Error) happened() string {
	if e.Status == 0 {
		if e.cause != nil {
			return e.cause.Error()
		}
		return "no answer"
	}
	text := strconv.Itoa(e.Status)
	if e.Code != "" {
		text += " " + show(e.Code)
	} else if name := http.StatusText(e.Status); name != "" {
		text += " " + name
	}
	if e.Message != "" {
		text += ": " + show(e.Message)
	}
	if e.cause != nil {
		text += ": " + e.cause.Error()
	}
	return text
}

// Unwrap gives the cause, such as a cancelled context.
func (e *Error) Unwrap() error { return e.cause }

// Is matches the engine's sentinels.
func (e *Error) Is(target error) bool {
	switch target {
	case engine.ErrNoSuchUpload:
		return e.Code == ks3.CodeNoSuchUpload
	case engine.ErrNoSuchKey: // a HEAD has no body, so that only the status tells
		return e.Action == actionHeadObject && e.Status == http.StatusNotFound
	case engine.ErrNoSuchBucket:
		return e.Code == ks3.CodeNoSuchBucket
	case engine.ErrAccessDenied:
		return e.Status == http.StatusForbidden && !aboutIdentity(e.Code)
	case engine.ErrTemporary:
		return e.temporary
	}
	return false
}

// aboutIdentity reports whether a 403 means who asks, not what they may do.
func aboutIdentity(code string) bool {
	switch code {
	case ks3.CodeInvalidAccessKeyID, ks3.CodeSignatureMismatch, ks3.CodeRequestTimeTooSkewed,
		ks3.CodeURLExpired, ks3.CodeInvalidToken, ks3.CodeExpiredToken, ks3.CodeMissingDate,
		ks3.CodeInvalidDate, ks3.CodeInvalidAuthorization:
		return true
	}
	return false
}

// temporaryAnswer reports whether an answer is worth another try.
func temporaryAnswer(status int, code string) bool {
	switch code {
	case ks3.CodeSlowDown, ks3.CodeServiceUnavailable, ks3.CodeInternalError, "RequestTimeout":
		return true
	case ks3.CodeNotImplemented:
		return false
	}
	switch status {
	case http.StatusRequestTimeout, http.StatusTooManyRequests:
		return true
	case http.StatusNotImplemented, http.StatusHTTPVersionNotSupported:
		return false
	}
	return status >= 500
}

// failf makes an error about an answer that cannot be used.
func (cl *call) failf(ans answer, format string, args ...any) *Error {
	cause := fmt.Errorf(format, args...)
	if text := cause.Error(); ans.hide(text) != text {
		cause = errors.New(ans.hide(text))
	}
	e := cl.fail(cause)
	e.RequestID = ans.requestID
	return e
}

// fail makes an error without an answer.
func (cl *call) fail(cause error) *Error {
	return &Error{Provider: cl.provider, Action: cl.action, Bucket: cl.bucket, Key: cl.key, UploadID: cl.id, cause: cause}
}

// longest is how much of a store's text goes into an error.
const longest = 300

// show gives a text as it is where every character of it can be printed, and
// quoted otherwise. Long texts lose their middle, visibly.
func show(s string) string {
	if len(s) > longest {
		s = strings.ToValidUTF8(s[:longest/2], "") + "…" + strings.ToValidUTF8(s[len(s)-longest/2:], "")
	}
	if !utf8.ValidString(s) {
		return strconv.Quote(s)
	}
	for _, r := range s {
		if !strconv.IsPrint(r) {
			return strconv.Quote(s)
		}
	}
	return s
}

// quote gives a text in quotes, shortened like show.
func quote(s string) string {
	if len(s) > longest {
		s = s[:longest/2] + "…" + s[len(s)-longest/2:]
	}
	return strconv.Quote(s)
}
