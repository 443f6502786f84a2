package rules

import (
	"strconv"
	"strings"
	"time"
)

// An Object is what a store says of the object that a key holds.
type Object struct {
	Modified time.Time // zero when not told or unreadable
	ETag     string    // without quotes
}

// mostParts is how many parts an upload can have, on S3 and on KS3.
const mostParts = 10000

// LooksCompleted judges an upload that is to be aborted by the object that its key
// holds now, nil where it holds none. There are stores that still list an upload that
// was completed, and whose abort takes the object's data away. It returns
//
//   - KeepLooksCompleted for an object as young as the upload whose ETag is one of a
//     completed upload of as many parts ("...-12"), or of any number where the upload
//     has no parts: then nothing is billed for it;
//   - KeepObjectUnknown where the object's time or its ETag cannot be understood;
//   - "" where nothing speaks against the abort.
//
// Stores tell an object's time in whole seconds, so that one which seems a fraction
// older than the upload's start may be younger.
func LooksCompleted(u *Upload, p *Parts, o *Object) Reason {
	if o == nil {
		return ""
	}
	if o.Modified.IsZero() {
		return KeepObjectUnknown
	}
	if o.Modified.Before(u.Initiated.Truncate(time.Second)) {
		return ""
	}
	parts, known := partsOfETag(o.ETag)
	switch {
	case !known:
		return KeepObjectUnknown
	case parts > 0 && (p.Count == parts || p.Count == 0):
		return KeepLooksCompleted
	}
	return ""
}

// partsOfETag reads from an ETag how many parts its object was completed of: 0 for
// one that was put as a whole. It is not known of an ETag that has neither of the two
// forms.
func partsOfETag(etag string) (parts int, known bool) {
	if at := strings.LastIndexByte(etag, '-'); at >= 0 {
		n, err := strconv.ParseUint(etag[at+1:], 10, 31)
		return int(n), err == nil && n > 0 && n <= mostParts
	}
	const md5Digits = 32
	return 0, len(etag) == md5Digits && strings.Trim(etag, "0123456789abcdefABCDEF") == ""
}
