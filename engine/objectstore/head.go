package objectstore

import (
	"context"
	"net/http"
	"strconv"
	"strings"

	"offcut/engine"
)

// Head asks for the object that a key holds now. See engine.Store.
func (c *Client) Head(ctx context.Context, bucket, key string) (engine.Object, error) {
	ans, err := c.attempt(ctx, c.objectCall(actionHeadObject, http.MethodHead, engine.Ref{Bucket: bucket, Key: key}))
	if err != nil {
		return engine.Object{}, err
	}
	object := engine.Object{ETag: strings.Trim(ans.header.Get("ETag"), `"`), RequestID: ans.requestID}
	object.Modified, _ = http.ParseTime(ans.header.Get("Last-Modified"))
	object.Size, _ = strconv.ParseInt(ans.header.Get("Content-Length"), 10, 64)
	return object, nil
}
