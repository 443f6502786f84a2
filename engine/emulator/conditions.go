package emulator

import (
	"net/http"
	"strings"
	"time"

	"offcut/engine/ks3"
)

// conditions are what a request asks of an object before it is read: of the one
// that it gets, or of the source of a copy.
type conditions struct {
	match, noneMatch               string
	modifiedSince, unmodifiedSince string
	ignoreMultipart                bool // ETags of objects of multipart uploads are not looked at
}

// A verdict is what conditions say of an object.
type verdict int

const (
	met verdict = iota
	failed
	unchanged // If-None-Match or If-Modified-Since does not hold
)

// conditions reads those on the object of the call.
func (c *call) conditions() conditions {
	h := c.r.Header
	return conditions{
		h.Get("If-Match"), h.Get("If-None-Match"), h.Get("If-Modified-Since"), h.Get("If-Unmodified-Since"),
		c.set.Conditions == "ignored",
	}
}

// sourceConditions reads those on the source of a copy.
func (c *call) sourceConditions() (conditions, error) {
	asked := conditions{
		c.header("copy-source-if-match"), c.header("copy-source-if-none-match"),
		c.header("copy-source-if-modified-since"), c.header("copy-source-if-unmodified-since"),
		c.set.Conditions == "ignored",
	}
	for _, text := range [...]string{asked.modifiedSince, asked.unmodifiedSince} {
		if _, ok := ks3.ParseDate(text); text != "" && !ok {
			return asked, refuse(ks3.CodeInvalidArgument, "The date %q of a condition can't be read.", text)
		}
	}
	return asked, nil
}

// judge decides in the order of RFC 9110, which is that of S3 for copies too:
// ETags before instants. A date that can't be read is no condition.
func (asked conditions) judge(o object) verdict {
	if asked.ignoreMultipart && o.ofParts() {
		asked.match, asked.noneMatch = "", ""
	}
	modified := time.UnixMilli(o.modified).Truncate(time.Second)
	if asked.match != "" {
		if !etagListed(asked.match, o.etag) {
			return failed
		}
	} else if since, ok := ks3.ParseDate(asked.unmodifiedSince); ok && modified.After(since) {
		return failed
	}
	if asked.noneMatch != "" {
		if etagListed(asked.noneMatch, o.etag) {
			return unchanged
		}
	} else if since, ok := ks3.ParseDate(asked.modifiedSince); ok && !modified.After(since) {
		return unchanged
	}
	return met
}

// ofParts reports whether Complete made the object.
func (o object) ofParts() bool { return strings.Contains(o.etag, "-") }

// sameObject judges If-Range: whether the range is meant for this object. It is
// not where the header is neither its ETag nor its date.
func sameObject(h http.Header, o object) bool {
	validator := h.Get("If-Range")
	if since, ok := ks3.ParseDate(validator); ok {
		return time.UnixMilli(o.modified).Truncate(time.Second).Equal(since)
	}
	return validator == "" || strings.Trim(validator, `"`) == o.etag
}

// etagListed reports whether a list of ETags, or "*", holds tag.
func etagListed(list, tag string) bool {
	for entry := range strings.SplitSeq(list, ",") {
		entry = strings.TrimSpace(entry)
		if entry == "*" || strings.Trim(strings.TrimPrefix(entry, "W/"), `"`) == tag {
			return true
		}
	}
	return false
}
