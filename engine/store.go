package engine

import (
	"context"
	"errors"
	"iter"
	"time"

	"offcut/rules"
)

// A Ref addresses one upload. All three parts are needed: a key may have many
// uploads, and an id means nothing without its key.
type Ref struct {
	Bucket string `json:"bucket"`
	Key    string `json:"key"`
	ID     string `json:"upload_id"`
}

// A Store is one object storage endpoint, asked as one identity. It is the port
// through which the engine sees the world; objectstore.Client is the real one.
// All methods are safe for concurrent use. ListBuckets and ListUploads repeat
// transient faults on their own. ListParts and Abort never do: the engine repeats
// them, so that an upload that has to wait holds up no other.
type Store interface {
	// Identity says who is asked as whom. It sends nothing.
	Identity() Identity

	// ListBuckets lists the buckets of the account.
	ListBuckets(ctx context.Context) ([]Bucket, error)

	// ListUploads lists the unfinished uploads of a bucket whose keys begin with
	// prefix, page by page, to the end. The first error ends the sequence: what
	// came before it is then only a part. Strings of one page may share memory:
	// clone what outlives the page.
	ListUploads(ctx context.Context, bucket, prefix string) iter.Seq2[UploadPage, error]

	// ListParts reads all parts of an upload, over all pages, and sends the request
	// of each page once: a transient fault comes back at once as ErrTemporary, and
	// ReadParts begins again for callers that may wait. An upload that does
	// not exist is ErrNoSuchUpload. The answer's own bucket, key and id are
	// compared with ref on every page: Parts.Foreign tells of a difference.
	ListParts(ctx context.Context, ref Ref) (PartsAnswer, error)

	// Abort sends one abort, once. It refuses an empty bucket, key or id and keys
	// with "." or ".." segments without sending anything. Where the request cannot
	// be on the wire before notAfter (by the local clock), it sends nothing and
	// returns ErrTooLate. A nil error means that the store answered 2xx; that is a
	// claim, not a proof. ErrNoSuchUpload means that exact XML code.
	Abort(ctx context.Context, ref Ref, notAfter time.Time) (Receipt, error)

	// Head asks for the object that a key holds now, and sends the request once. Where
	// there is none, the error matches ErrNoSuchKey.
	Head(ctx context.Context, bucket, key string) (Object, error)

	// Requests counts the requests sent so far, retries included.
	Requests() int64
}

// An Identity says who a store asks as whom. It never holds a secret.
type Identity struct {
	Kind              string  `json:"kind"`     // "ks3" or "s3"
	Endpoint          string  `json:"endpoint"` // scheme and host
	Region            string  `json:"region"`
	AccessKeyID       string  `json:"access_key_id"` // shortened in the middle; it is no secret, but no reader needs it whole
	CredentialSource  string  `json:"credential_source"`
	Signature         string  `json:"signature"` // kss, kss4, aws4
	RequestsPerSecond float64 `json:"requests_per_second"`

	// ListingProves: a listing of uploads is known to be consistent on this store,
	// so that an upload's absence from it proves that it is gone. False for stores
	// that are not known.
	ListingProves bool `json:"-"`

	// PrefixUnproven: a listing by prefix is not known to hold every key that begins
	// with it. True for stores that are not known: see CheckPrefix.
	PrefixUnproven bool `json:"-"`

	// CheckCompleted: before an upload is aborted, the object of its key has to be
	// looked at, because this store is not known to drop an upload's leftovers
	// safely once it was completed.
	CheckCompleted bool `json:"check_completed,omitempty"`
}

// A Bucket is one entry of a bucket list.
type Bucket struct {
	Name    string    `json:"name"`
	Region  string    `json:"region,omitempty"`
	Type    string    `json:"type,omitempty"`
	Created time.Time `json:"created,omitzero"` // zero when not told
	Owner   string    `json:"owner,omitempty"`  // account id; empty when not told
}

// An UploadPage is one page of a listing of uploads.
type UploadPage struct {
	Uploads   []rules.Upload // Provider is left empty
	Date      time.Time      // the answer's Date header; zero when missing or unreadable
	Sent      time.Time      // when its request was sent, by the local clock; zero when not known
	RequestID string
	Notes     []string // what the store did that a careful reader should know; fixed texts, a few per listing
}

// A PartsAnswer is what reading all parts of an upload said.
type PartsAnswer struct {
	rules.Parts
	RequestID string // of the last page
}

// An Object is what HEAD says of an object.
type Object struct {
	Modified  time.Time // zero when not told or unreadable
	ETag      string    // as sent, without the quotes around it
	Size      int64
	RequestID string
}

// A Receipt is the store's answer to an abort.
type Receipt struct {
	Status    int
	RequestID string
}

// What the engine branches on. A Store's errors match these with errors.Is and
// carry the rest (status, code, request id, resource, what to do) in their text. An
// ErrTemporary whose store asks for a wait has a method RetryAfter() time.Duration,
// found by errors.As. An error that names the upload and the request has a method
// Brief() (text, requestID string) for its text without them, found likewise.
var (
	ErrNoSuchUpload = errors.New("no such upload")               // the XML code NoSuchUpload, nothing else
	ErrNoSuchKey    = errors.New("no such key")                  // HEAD answered 404
	ErrNoSuchBucket = errors.New("no such bucket")               // the XML code NoSuchBucket
	ErrAccessDenied = errors.New("access denied")                // 403 for want of a right
	ErrTemporary    = errors.New("temporary failure")            // worth another try: network, 408, 429, 5xx
	ErrTooLate      = errors.New("not sent before its deadline") // see Store.Abort
)
