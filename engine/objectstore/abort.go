package objectstore

import (
	"context"
	"errors"
	"net/http"
	"time"

	"offcut/engine"
	"offcut/rules"
)

// Abort sends one abort, once. See engine.Store for what it promises.
func (c *Client) Abort(ctx context.Context, ref engine.Ref, notAfter time.Time) (engine.Receipt, error) {
	cl := c.newCall(actionAbort, http.MethodDelete, ref.Bucket)
	cl.key, cl.id = ref.Key, ref.ID
	cl.query.Set("uploadId", ref.ID)
	cl.notAfter = notAfter
	if err := errors.Join(checkRef(ref), checkSegments(ref.Key)); err != nil {
		return engine.Receipt{}, cl.fail(err)
	}
	if notAfter.IsZero() {
		return engine.Receipt{}, cl.fail(errors.New("an abort needs a deadline"))
	}
	ans, err := c.attempt(ctx, cl)
	receipt := engine.Receipt{Status: ans.status, RequestID: ans.requestID}
	if err != nil {
		return receipt, err
	}
	if ans.status != http.StatusNoContent && ans.status != http.StatusOK {
		e := cl.failf(ans, "the store answered neither 204 nor 200")
		e.Status = ans.status
		return receipt, e
	}
	return receipt, nil
}

// checkRef refuses an address with a part missing: the request would be about
// something else, without a key about the bucket itself.
func checkRef(ref engine.Ref) error {
	switch {
	case ref.Bucket == "":
		return errors.New("not sent: the bucket has no name")
	case ref.Key == "":
		return errors.New("not sent: the key is empty, so that the request would be about the bucket")
	case ref.ID == "":
		return errors.New("not sent: the upload id is empty, so that the request would be about the object")
	}
	return nil
}

// checkSegments refuses a key with a "." or ".." segment: a server or a proxy may
// resolve it, and the request would be about another key.
func checkSegments(key string) error {
	if rules.HasDotSegment(key) {
		return errors.New(`not sent: the key has a "." or ".." segment, which may be resolved on the way`)
	}
	return nil
}
