package emulator

import (
	"context"
	"iter"
	"net/http"
	"time"
)

// Options configure a Server. The zero value works: a temporary directory, the
// access key "offcut" with the secret "offcut-secret", every V4 region.
type Options struct {
	Dir     string       // durable state; empty: a temporary directory that Close removes
	Users   []User       // empty: offcut / offcut-secret
	Region  string       // of buckets made without one; BEIJING when empty
	Domains []string     // hosts under which a label is a bucket; localhost and KS3's own hosts are always known
	Access  func(Access) // called after each request; may be nil
}

// A User is an account with one access key.
type User struct {
	ID, Name, AccessKeyID, SecretAccessKey string
}

// Access is one line of the access log.
type Access struct {
	Time                time.Time
	Action, Bucket, Key string // "ListParts"
	UploadID            string
	User                string
	Status              int
	Code                string // XML error code, empty on success
	RequestID           string
	Duration            time.Duration
}

// A SeedUpload is an upload that Seed puts into the store without a request.
type SeedUpload struct {
	Bucket, Key  string
	ID           string        // made when empty
	Age          time.Duration // Initiated = now - Age
	StorageClass string
	Parts        []SeedPart // metadata only: no bytes are stored, and Complete refuses them
}

// A SeedPart is a part of a SeedUpload.
type SeedPart struct {
	Number int
	Size   int64
	Age    time.Duration // LastModified = now - Age
}

// An AgeFilter chooses what Age moves. Empty fields match everything.
type AgeFilter struct {
	Bucket, Key, UploadID string
}

// A Server is a KS3 server over a directory.
type Server struct{}

// Open opens or creates the state and returns a server for it.
func Open(o Options) (*Server, error) { panic("TODO") }

// Handler serves the KS3 API.
func (s *Server) Handler() http.Handler { panic("TODO") }

// Admin serves the admin API: POST /-/age {"bucket","key","upload_id","by":"36h"}.
func (s *Server) Admin() http.Handler { panic("TODO") }

// CreateBucket makes a bucket of the first user; region may be empty. An existing bucket is left as it is.
func (s *Server) CreateBucket(name, region string) error { panic("TODO") }

// Seed stores uploads in large transactions; their buckets are made when missing.
func (s *Server) Seed(ctx context.Context, uploads iter.Seq[SeedUpload]) error { panic("TODO") }

// Age moves the stored stamps (Initiated and LastModified of all parts) of the
// matching uploads back by d, and says how many uploads matched.
func (s *Server) Age(f AgeFilter, d time.Duration) (int, error) { panic("TODO") }

// Close closes the state and removes it if it was temporary.
func (s *Server) Close() error { panic("TODO") }
