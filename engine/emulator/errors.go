package emulator

import (
	"errors"
	"fmt"
	"net/http"
	"strings"

	"offcut/engine/ks3"
)

// An apiError is a refusal that the client is told of. Everything else that goes
// wrong is the server's own fault and answered with 500 InternalError.
type apiError struct {
	status   int
	code     string
	message  string
	location string // redirects: where to ask instead
	endpoint string // redirects: the host in location
}

func (e *apiError) Error() string { return e.code + ": " + e.message }

// refuse makes an apiError with the status that belongs to code.
func refuse(code, format string, args ...any) error {
	return &apiError{status: statusOf(code), code: code, message: shortened(fmt.Sprintf(format, args...), maxMessage)}
}

// maxMessage bounds what an error tells, in bytes: it may quote the request,
// which may hold megabytes in one word.
const maxMessage = 4 << 10

// shortened cuts a text that is longer than limit, and says so.
func shortened(text string, limit int) string {
	if len(text) <= limit {
		return text
	}
	return strings.ToValidUTF8(text[:limit], "") + " ..."
}

// unbuilt refuses what this server does not do.
func unbuilt(format string, args ...any) error {
	return refuse(ks3.CodeNotImplemented, "This server does not implement %s.", fmt.Sprintf(format, args...))
}

// asAPIError gives the answer for err. internal is err itself where the server
// is at fault.
func asAPIError(err error) (e *apiError, internal error) {
	if errors.As(err, &e) {
		return e, nil
	}
	return &apiError{
		status: statusOf(ks3.CodeInternalError), code: ks3.CodeInternalError,
		message: "The server met an error of its own; its log says which.",
	}, err
}

// statusOf is the status of an error code, from KS3's error code page where it
// has one. It has none for the header faults, which belong to a request that
// can't be authenticated (403). EntityTooSmall is 413, as on KS3's Upload Part
// page; S3 uses 400.
func statusOf(code string) int {
	switch code {
	case ks3.CodeAccessDenied, ks3.CodeInvalidAccessKeyID, ks3.CodeSignatureMismatch,
		ks3.CodeRequestTimeTooSkewed, ks3.CodeInvalidToken, ks3.CodeExpiredToken, ks3.CodeURLExpired,
		ks3.CodeMissingDate, ks3.CodeInvalidDate, ks3.CodeInvalidAuthorization, codeInvalidChunkSize:
		return http.StatusForbidden
	case ks3.CodeNoSuchBucket, ks3.CodeNoSuchKey, ks3.CodeNoSuchUpload, ks3.CodeNotFoundAPI, codeNoSuchBucketPolicy, codeNoSuchLifecycle:
		return http.StatusNotFound
	case ks3.CodeMethodNotAllowed:
		return http.StatusMethodNotAllowed
	case ks3.CodeBucketAlreadyExists, ks3.CodeBucketNotEmpty, codeObjectExists, codeOperationAborted:
		return http.StatusConflict
	case ks3.CodePreconditionFailed:
		return http.StatusPreconditionFailed
	case ks3.CodeEntityTooSmall:
		return http.StatusRequestEntityTooLarge
	case ks3.CodeMissingLength:
		return http.StatusLengthRequired
	case codeInvalidRange, codeInvalidPartNumber:
		return http.StatusRequestedRangeNotSatisfiable
	case ks3.CodeNotImplemented:
		return http.StatusNotImplemented
	case ks3.CodeTemporaryRedirect:
		return http.StatusTemporaryRedirect
	case codePermanentRedirect:
		return http.StatusMovedPermanently
	case codeSlowDown:
		return http.StatusServiceUnavailable
	case ks3.CodeInternalError:
		return http.StatusInternalServerError
	}
	return http.StatusBadRequest
}

// S3's codes for a range and a part outside of the object; KS3's pages name none.
const (
	codeInvalidRange      = "InvalidRange"
	codeInvalidPartNumber = "InvalidPartNumber"
)
