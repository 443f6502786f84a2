package objectstore

import (
	"context"
	"errors"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"

	"offcut/engine"
	"offcut/rules"
)

// The kinds of providers.
const (
	kindKS3 = "ks3"
	kindS3  = "s3"
)

// The signatures that a provider block can ask for.
const (
	signKSS  = "kss"  // KS3's own V2
	signKSS4 = "kss4" // KS3's own V4
	signAWS4 = "aws4" // AWS V4
)

// Defaults of Settings and of a provider block.
const (
	defaultConnections = 16
	defaultRate        = 500 // requests a second
)

// Credentials sign requests. They never appear in an error, a log or an Identity.
type Credentials struct {
	AccessKeyID, SecretAccessKey, SessionToken string
	Source                                     string // "environment (KS3_ACCESS_KEY_ID)"
}

// String and GoString name the access key only, so that no format verb shows a
// secret.
func (c Credentials) String() string {
	return "access key " + shorten(c.AccessKeyID) + " from " + c.Source
}

// GoString is String.
func (c Credentials) GoString() string { return c.String() }

// Settings are what Open needs beside the provider block.
type Settings struct {
	Getenv         func(string) string
	HomeDir        string             // for ~/.ks3utilconfig; empty: not looked at
	MaxConnections int                // per host; 16 when 0
	OnRequest      func(RequestEvent) // after each request; may be nil
	Credentials    *Credentials       // instead of looking for them (demo, tests)
	Clock          func() time.Time   // stamps requests and judges Abort's deadline; time.Now when nil
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
type Client struct {
	provider  string // address of the provider block
	kind      string
	signature string
	where     *atlas
	keys      *keyring
	signer    *v4.Signer
	transport *http.Transport
	buffers   sync.Pool // of *bytes.Buffer, for the bodies of answers
	pace      *pacer
	rate      float64
	check     *bool // check_completed of the provider block; nil when not given
	requests  atomic.Int64
	onRequest func(RequestEvent)
	clock     func() time.Time
}

var _ engine.Store = (*Client)(nil)

// Open makes a client for a provider block. It finds credentials, checks the
// settings and sends nothing.
func Open(ctx context.Context, p rules.Provider, s Settings) (*Client, error) {
	if s.Getenv == nil {
		s.Getenv = func(string) string { return "" }
	}
	if s.Clock == nil {
		s.Clock = time.Now
	}
	if s.MaxConnections <= 0 {
		s.MaxConnections = defaultConnections
	}
	c := &Client{
		provider: p.Address, kind: p.Kind, rate: p.RequestsPerSecond, check: p.CheckCompleted,
		signer:    v4.NewSigner(func(o *v4.SignerOptions) { o.DisableURIPathEscaping = true }),
		transport: newTransport(s.MaxConnections), onRequest: s.OnRequest, clock: s.Clock,
	}
	if c.rate <= 0 {
		c.rate = defaultRate
	}
	c.pace = newPacer(c.rate)
	if err := c.configure(ctx, p, s); err != nil {
		return nil, &Error{Action: actionOpen, Provider: p.Address, cause: err}
	}
	return c, nil
}

// configure settles signature, credentials and endpoint.
func (c *Client) configure(ctx context.Context, p rules.Provider, s Settings) error {
	c.signature = p.Signature
	if c.signature == "" {
		c.signature = map[string]string{kindKS3: signKSS, kindS3: signAWS4}[p.Kind]
	}
	switch c.signature {
	case signKSS, signKSS4, signAWS4:
	default:
		return errors.New(`signature must be "kss", "kss4" or "aws4", not ` + quote(c.signature))
	}
	switch p.Kind {
	case kindKS3:
		return c.configureKS3(p, s)
	case kindS3:
		return c.configureS3(ctx, p, s)
	}
	return errors.New(`the kind of a provider is "ks3" or "s3", not ` + quote(p.Kind))
}

// Close closes idle connections.
func (c *Client) Close() { c.transport.CloseIdleConnections() }

// Requests counts the requests sent so far, retries included.
func (c *Client) Requests() int64 { return c.requests.Load() }

// Identity says who is asked as whom. It sends nothing: where the credentials
// come from a service that was not asked yet, the access key is empty.
func (c *Client) Identity() engine.Identity {
	id, source := c.keys.describe()
	return engine.Identity{
		Kind:              c.kind,
		Endpoint:          c.where.home.scheme + "://" + c.where.home.host,
		Region:            c.where.home.region,
		AccessKeyID:       shorten(id),
		CredentialSource:  source,
		Signature:         c.signature,
		RequestsPerSecond: c.rate,
		ListingProves:     c.listingProves(),
		CheckCompleted:    c.checksCompleted(),
		PrefixUnproven:    !c.listingProves(),
	}
}

// listingProves reports whether a listing of this store is known to be whole and
// consistent. That is so for KS3's own hosts and AWS's own: behind another name
// may be a gateway or a cache, whatever protocol it speaks.
func (c *Client) listingProves() bool { return c.where.table || amazonHost(c.where.home.host) }

// checksCompleted reports whether the object of a key has to be looked at before an
// upload is aborted: unless the provider block says so or not, on stores that are
// neither KS3 nor AWS, because there are some that list uploads which were completed.
func (c *Client) checksCompleted() bool {
	if c.check != nil {
		return *c.check
	}
	return c.kind == kindS3 && !amazonHost(c.where.home.host)
}

// listsAll reports whether a bucket's empty list is worth believing when nothing goes
// wrong. KS3's protocol says so, wherever it is spoken; of S3's there are servers
// that list by other rules. That a server keeps to a prefix is believed of nobody by
// the protocol alone: see PrefixUnproven.
func (c *Client) listsAll() bool { return c.kind == kindKS3 || c.listingProves() }

// shorten leaves the ends of an access key id.
func shorten(id string) string {
	const ends = 4
	if len(id) <= 2*ends+2 {
		return id
	}
	return id[:ends] + "…" + id[len(id)-ends:]
}
