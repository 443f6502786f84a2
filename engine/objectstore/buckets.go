package objectstore

import (
	"context"
	"encoding/xml"
	"net/http"

	"offcut/engine"
	"offcut/engine/ks3"
)

// ListBuckets lists the buckets of the account, and remembers the region of each
// so that it is asked at that region's own endpoint.
func (c *Client) ListBuckets(ctx context.Context) ([]engine.Bucket, error) {
	cl := c.newCall(actionListBuckets, http.MethodGet, "")
	ans, err := c.read(ctx, cl)
	if err != nil {
		return nil, err
	}
	var list ks3.ListBucketsResult
	if err := xml.Unmarshal([]byte(ans.body), &list); err != nil {
		return nil, c.notAListing(cl, ans, "ListAllMyBucketsResult", err)
	}
	buckets := make([]engine.Bucket, len(list.Buckets))
	for i, b := range list.Buckets {
		created, _ := ks3.ParseInstant(b.CreationDate)
		buckets[i] = engine.Bucket{Name: b.Name, Region: b.Region, Type: b.Type, Created: created, Owner: list.Owner.ID}
		c.where.settle(b.Name, b.Region)
	}
	return buckets, nil
}

// CreateBucket, Initiate, UploadPart, Complete, GetObject and HeadObject serve
// the demo and the tests; the engine never writes objects.
func (c *Client) CreateBucket(ctx context.Context, bucket string) error {
	_, err := c.attempt(ctx, c.newCall(actionCreateBucket, http.MethodPut, bucket))
	return err
}
