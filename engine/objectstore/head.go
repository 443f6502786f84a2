package objectstore

import (
	"context"
	"errors"
	"net/http"
	"strconv"
	"strings"

	"offcut/engine"
	"offcut/engine/ks3"
)

// Head asks for the object that a key holds now. See engine.Store.
func (c *Client) Head(ctx context.Context, bucket, key string) (engine.Object, error) {
	cl := c.objectCall(actionHeadObject, http.MethodHead, engine.Ref{Bucket: bucket, Key: key})
	if bucket == "" || key == "" {
		return engine.Object{}, cl.fail(errors.New("not sent: without bucket and key the request would be about something else"))
	}
	if err := checkSegments(key); err != nil {
		return engine.Object{}, cl.fail(err)
	}
	ans, err := c.attempt(ctx, cl)
	if err != nil {
		return engine.Object{RequestID: ans.requestID}, err
	}
	if ans.status != http.StatusOK {
		e := cl.failf(ans, "the store answered neither 200 nor 404")
		e.Status = ans.status
		return engine.Object{RequestID: ans.requestID}, e
	}
	object := engine.Object{ETag: plainETag(ans.header.Get("ETag")), RequestID: ans.requestID}
	object.Modified, _ = ks3.ParseDate(ans.header.Get("Last-Modified"))
	object.Size, _ = strconv.ParseInt(ans.header.Get("Content-Length"), 10, 64)
	return object, nil
}

// plainETag takes the quotes off an ETag, and the sign of a weak one that a proxy adds
// when it packs an answer.
func plainETag(header string) string { return strings.Trim(strings.TrimPrefix(header, "W/"), `"`) }
