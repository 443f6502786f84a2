package objectstore

import (
	"context"
	"io"
	"net/http"
	"time"

	"offcut/engine"
	"offcut/rules"
)

// Credentials sign requests. They never appear in an error, a log or an Identity.
type Credentials struct {
	AccessKeyID, SecretAccessKey, SessionToken string
	Source                                     string // "environment (KS3_ACCESS_KEY_ID)"
}

// Settings are what Open needs beside the provider block.
type Settings struct {
	Getenv         func(string) string
	HomeDir        string             // for ~/.ks3utilconfig; empty: not looked at
	MaxConnections int                // per host; 16 when 0
	OnRequest      func(RequestEvent) // after each request; may be nil
	Credentials    *Credentials       // instead of looking for them (demo, tests)
}

// A RequestEvent is one request that was sent, for logs and metrics.
type RequestEvent struct {
	Provider, Action string // "ks3", "ListParts"
	Bucket, Key, ID  string
	Status           int // 0 when no answer came
	Code             string
	RequestID        string
	Duration         time.Duration
	Err              error
}

// A Client speaks to one endpoint as one identity.
type Client struct{ engine.Store }

var _ engine.Store = (*Client)(nil)

// Open makes a client for a provider block. It finds credentials, checks the
// settings and sends nothing.
func Open(ctx context.Context, p rules.Provider, s Settings) (*Client, error) { panic("TODO") }

// Close closes idle connections.
func (c *Client) Close() {}

// CreateBucket, Initiate, UploadPart, Complete, GetObject and HeadObject serve
// the demo and the tests; the engine never writes objects.
func (c *Client) CreateBucket(ctx context.Context, bucket string) error { panic("TODO") }

// Initiate starts a multipart upload with the given headers and returns its id.
func (c *Client) Initiate(ctx context.Context, bucket, key string, h http.Header) (string, error) {
	panic("TODO")
}

// UploadPart sends one part and returns its ETag.
func (c *Client) UploadPart(ctx context.Context, ref engine.Ref, number int, body []byte) (string, error) {
	panic("TODO")
}

// Complete finishes an upload from parts 1..n with the given ETags.
func (c *Client) Complete(ctx context.Context, ref engine.Ref, etags []string) error { panic("TODO") }

// GetObject returns an object's body; the caller closes it.
func (c *Client) GetObject(ctx context.Context, bucket, key string) (io.ReadCloser, http.Header, error) {
	panic("TODO")
}

// HeadObject returns an object's headers.
func (c *Client) HeadObject(ctx context.Context, bucket, key string) (http.Header, error) {
	panic("TODO")
}
