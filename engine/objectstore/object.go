package objectstore

import (
	"context"
	"crypto/md5"
	"encoding/base64"
	"encoding/xml"
	"io"
	"net/http"
	"strconv"

	"offcut/engine"
	"offcut/engine/ks3"
)

// objectCall starts a call on an object.
func (c *Client) objectCall(action, method string, ref engine.Ref) *call {
	cl := c.newCall(action, method, ref.Bucket)
	cl.key, cl.id = ref.Key, ref.ID
	return cl
}

// Initiate starts a multipart upload with the given headers and returns its id.
func (c *Client) Initiate(ctx context.Context, bucket, key string, h http.Header) (string, error) {
	cl := c.objectCall(actionInitiate, http.MethodPost, engine.Ref{Bucket: bucket, Key: key})
	cl.query.Set("uploads", "")
	if h != nil {
		cl.header = h
	}
	ans, err := c.attempt(ctx, cl)
	if err != nil {
		return "", err
	}
	var result ks3.InitiateResult
	if err := xml.Unmarshal([]byte(ans.body), &result); err != nil {
		return "", c.notAListing(cl, ans, "InitiateMultipartUploadResult", err)
	}
	if result.UploadID == "" {
		return "", cl.failf(ans, "the answer holds no upload id")
	}
	return result.UploadID, nil
}

// UploadPart sends one part and returns its ETag.
func (c *Client) UploadPart(ctx context.Context, ref engine.Ref, number int, body []byte) (string, error) {
	cl := c.objectCall(actionUploadPart, http.MethodPut, ref)
	cl.query.Set("partNumber", strconv.Itoa(number))
	cl.query.Set("uploadId", ref.ID)
	cl.body = body
	sum := md5.Sum(body)
	cl.header.Set("Content-MD5", base64.StdEncoding.EncodeToString(sum[:]))
	ans, err := c.attempt(ctx, cl)
	if err != nil {
		return "", err
	}
	etag := ans.header.Get("ETag")
	if etag == "" {
		return "", cl.failf(ans, "the answer holds no ETag")
	}
	return etag, nil
}

// Complete finishes an upload from parts 1..n with the given ETags.
func (c *Client) Complete(ctx context.Context, ref engine.Ref, etags []string) error {
	cl := c.objectCall(actionComplete, http.MethodPost, ref)
	cl.query.Set("uploadId", ref.ID)
	var request ks3.CompleteRequest
	for i, etag := range etags {
		request.Parts = append(request.Parts, ks3.CompletePart{PartNumber: i + 1, ETag: etag})
	}
	body, err := xml.Marshal(request)
	if err != nil {
		return cl.fail(err)
	}
	cl.body = body
	cl.header.Set("Content-Type", "application/xml")
	_, err = c.attempt(ctx, cl)
	return err
}

// GetObject returns an object's body; the caller closes it.
func (c *Client) GetObject(ctx context.Context, bucket, key string) (io.ReadCloser, http.Header, error) {
	cl := c.objectCall(actionGetObject, http.MethodGet, engine.Ref{Bucket: bucket, Key: key})
	cl.stream = true
	ans, err := c.read(ctx, cl)
	if err != nil {
		return nil, nil, err
	}
	return ans.stream, ans.header, nil
}

// HeadObject returns an object's headers.
func (c *Client) HeadObject(ctx context.Context, bucket, key string) (http.Header, error) {
	ans, err := c.read(ctx, c.objectCall(actionHeadObject, http.MethodHead, engine.Ref{Bucket: bucket, Key: key}))
	if err != nil {
		return nil, err
	}
	return ans.header, nil
}
