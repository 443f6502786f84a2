package objectstore

import (
	"context"
	"encoding/xml"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"offcut/engine"
	"offcut/engine/ks3"
)

// ListBuckets lists the buckets of the account, over all pages, and remembers the
// region of each so that it is asked at that region's own endpoint.
func (c *Client) ListBuckets(ctx context.Context) ([]engine.Bucket, error) {
	b := bucketList{buckets: []engine.Bucket{}, names: make(map[string]bool)}
	for cl := c.newCall(actionListBuckets, http.MethodGet, ""); ; {
		ans, err := c.read(ctx, cl)
		if err != nil {
			return nil, err
		}
		var page ks3.ListBucketsResult
		if err := xml.Unmarshal([]byte(ans.body), &page); err != nil {
			return nil, c.notAListing(cl, ans, "ListAllMyBucketsResult", err)
		}
		fresh := b.add(&page)
		next, more, err := nextBuckets(&page)
		switch {
		case err != nil:
			return nil, cl.failf(ans, "%w", err)
		case !more:
			for _, bucket := range b.buckets {
				c.where.settle(bucket.Name, bucket.Region)
			}
			return b.buckets, nil
		case !fresh:
			return nil, cl.failf(ans, "the bucket list is cut off: a page holds no bucket that was not there before, and says that more follow")
		}
		cl = c.newCall(actionListBuckets, http.MethodGet, "")
		cl.query = next
	}
}

// A bucketList gathers the pages of a bucket list.
type bucketList struct {
	buckets []engine.Bucket
	names   map[string]bool
}

// add takes the buckets of a page, each once, and reports whether there was a new
// one among them.
func (l *bucketList) add(page *ks3.ListBucketsResult) bool {
	before := len(l.buckets)
	for _, b := range page.Buckets {
		if l.names[b.Name] {
			continue
		}
		l.names[b.Name] = true
		created, _ := ks3.ParseInstant(b.CreationDate)
		l.buckets = append(l.buckets, engine.Bucket{Name: b.Name, Region: b.Region, Type: b.Type, Created: created, Owner: page.Owner.ID})
	}
	return len(l.buckets) > before
}

// nextBuckets gives the query of the page after this one, if there is one. As for
// uploads, a marker goes no further than the last bucket of a sorted page.
func nextBuckets(page *ks3.ListBucketsResult) (url.Values, bool, error) {
	truncated, told := false, strings.TrimSpace(page.IsTruncated)
	if told != "" {
		var err error
		if truncated, err = strconv.ParseBool(told); err != nil {
			return nil, false, fmt.Errorf("whether the bucket list is cut off cannot be told: IsTruncated is %s", quote(told))
		}
	}
	switch {
	case told != "" && !truncated:
		return nil, false, nil
	case page.ContinuationToken != "":
		return url.Values{"continuation-token": {page.ContinuationToken}}, true, nil
	case page.NextMarker != "":
		byName := func(a, b ks3.BucketEntry) int { return strings.Compare(a.Name, b.Name) }
		marker := page.NextMarker
		if n := len(page.Buckets); n > 0 && slices.IsSortedFunc(page.Buckets, byName) {
			marker = min(marker, page.Buckets[n-1].Name)
		}
		return url.Values{"marker": {marker}}, true, nil
	case truncated:
		return nil, false, errors.New("the bucket list is cut off: the store says that more buckets follow and names no marker, " +
			"so that nothing can be said about those: use an access key that sees fewer buckets")
	}
	return nil, false, nil
}

// CreateBucket, Initiate, UploadPart, Complete, GetObject and HeadObject serve
// the demo and the tests; the engine never writes objects.
func (c *Client) CreateBucket(ctx context.Context, bucket string) error {
	_, err := c.attempt(ctx, c.newCall(actionCreateBucket, http.MethodPut, bucket))
	return err
}
