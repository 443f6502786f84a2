package main

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"slices"
	"time"

	"offcut/engine"
	"offcut/engine/emulator"
	"offcut/engine/objectstore"
	"offcut/rules"
)

// A seeder fills a KS3 server with the quickstart data: through the API as an
// uploader would, with the stamps moved back through the admin port, and claimed
// uploads straight into the server.
type seeder struct {
	client   *objectstore.Client
	server   *emulator.Server
	adminURL string
	admin    *http.Client
	bytes    *rand.ChaCha8 // the same bytes in every run
}

// A seeded says what is there after seeding.
type seeded struct {
	buckets []string
	uploads []seededUpload
	object  [sha256.Size]byte // of the finished object's bytes

	sentParts int
	sentBytes int64
	claimed   int64 // bytes of uploads of which only the metadata is stored
}

// String says what was stored.
func (s *seeded) String() string {
	return fmt.Sprintf("%d buckets with %d unfinished uploads (%s) and 1 finished object",
		len(s.buckets), len(s.uploads), rules.FormatSize(s.sentBytes+s.claimed))
}

// A seededUpload is an upload with the id that the server gave it.
type seededUpload struct {
	seedUpload
	ref engine.Ref
}

// seedQuickstartData fills the server behind h. The client's key must be one of
// the server's users.
func seedQuickstartData(ctx context.Context, h *host, client *objectstore.Client) (*seeded, error) {
	transport := &http.Transport{}
	defer transport.CloseIdleConnections()
	s := &seeder{
		client: client, server: h.server, adminURL: h.adminURL, admin: &http.Client{Transport: transport},
		bytes: rand.NewChaCha8([32]byte{'o', 'f', 'f', 'c', 'u', 't'}),
	}
	out := &seeded{}
	for _, u := range seedUploads() {
		if !slices.Contains(out.buckets, u.bucket) {
			if err := client.CreateBucket(ctx, u.bucket); err != nil {
				return nil, err
			}
			out.buckets = append(out.buckets, u.bucket)
		}
	}
	if err := s.finish(ctx, out); err != nil {
		return nil, fmt.Errorf("upload the finished object: %w", err)
	}
	for _, u := range seedUploads() {
		ref, err := s.upload(ctx, u, out)
		if err != nil {
			return nil, fmt.Errorf("seed the upload of %s/%q: %w", u.bucket, u.key, err)
		}
		out.uploads = append(out.uploads, seededUpload{u, ref})
	}
	return out, nil
}

// upload makes one unfinished upload.
func (s *seeder) upload(ctx context.Context, u seedUpload, out *seeded) (engine.Ref, error) {
	if u.claimed {
		out.claimed += u.size()
		return s.claim(ctx, u)
	}
	id, err := s.client.Initiate(ctx, u.bucket, u.key, http.Header{"Content-Type": {"application/octet-stream"}})
	if err != nil {
		return engine.Ref{}, err
	}
	ref := engine.Ref{Bucket: u.bucket, Key: u.key, ID: id}
	out.sentParts += len(u.parts)
	out.sentBytes += u.size()
	// All parts but the newest are as old as the upload.
	newest := max(len(u.parts)-1, 0)
	if err := s.send(ctx, ref, 1, u.parts[:newest]); err != nil {
		return ref, err
	}
	if err := s.age(ctx, ref, u.age-u.idle); err != nil {
		return ref, err
	}
	if err := s.send(ctx, ref, newest+1, u.parts[newest:]); err != nil {
		return ref, err
	}
	return ref, s.age(ctx, ref, u.idle)
}

// send uploads parts of the given sizes, numbered from first.
func (s *seeder) send(ctx context.Context, ref engine.Ref, first int, sizes []int64) error {
	for i, size := range sizes {
		if _, err := s.client.UploadPart(ctx, ref, first+i, s.body(size)); err != nil {
			return err
		}
	}
	return nil
}

func (s *seeder) body(size int64) []byte {
	b := make([]byte, size)
	_, _ = s.bytes.Read(b) // never fails, as its documentation says
	return b
}

// age moves the stamps of one upload back through the admin port.
func (s *seeder) age(ctx context.Context, ref engine.Ref, by time.Duration) (err error) {
	if by == 0 {
		return nil
	}
	body, err := json.Marshal(map[string]string{"bucket": ref.Bucket, "key": ref.Key, "upload_id": ref.ID, "by": by.String()})
	if err != nil {
		return err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, s.adminURL+"/-/age", bytes.NewReader(body))
	if err != nil {
		return err
	}
	resp, err := s.admin.Do(req)
	if err != nil {
		return fmt.Errorf("age the upload: %w", err)
	}
	defer func() { err = errors.Join(err, resp.Body.Close()) }()
	var answer struct {
		Uploads int
		Error   string
	}
	if err := json.NewDecoder(resp.Body).Decode(&answer); err != nil {
		return fmt.Errorf("age the upload: status %d: %w", resp.StatusCode, err)
	}
	if resp.StatusCode != http.StatusOK || answer.Uploads != 1 {
		return fmt.Errorf("age the upload: status %d, %d uploads moved, want 1 (%s)", resp.StatusCode, answer.Uploads, answer.Error)
	}
	return nil
}

// claim stores what the server knows of an upload, without its bytes.
func (s *seeder) claim(ctx context.Context, u seedUpload) (engine.Ref, error) {
	seed := emulator.SeedUpload{Bucket: u.bucket, Key: u.key, ID: u.claimedID(), Age: u.age}
	for i, size := range u.parts {
		age := u.age
		if i == len(u.parts)-1 {
			age = u.idle
		}
		seed.Parts = append(seed.Parts, emulator.SeedPart{Number: i + 1, Size: size, Age: age})
	}
	ref := engine.Ref{Bucket: u.bucket, Key: u.key, ID: seed.ID}
	return ref, s.server.Seed(ctx, slices.Values([]emulator.SeedUpload{seed}))
}

// finish uploads the finished object, as an upload that was completed.
func (s *seeder) finish(ctx context.Context, out *seeded) error {
	id, err := s.client.Initiate(ctx, finishedBucket, finishedKey, nil)
	if err != nil {
		return err
	}
	ref := engine.Ref{Bucket: finishedBucket, Key: finishedKey, ID: id}
	sum := sha256.New()
	var etags []string
	for i, size := range []int64{300 * kib, 100 * kib} {
		body := s.body(size)
		_, _ = sum.Write(body) // a hash never fails
		etag, err := s.client.UploadPart(ctx, ref, i+1, body)
		if err != nil {
			return err
		}
		etags = append(etags, etag)
	}
	sum.Sum(out.object[:0])
	return s.client.Complete(ctx, ref, etags)
}

// digest reads the finished object and returns the SHA-256 of its bytes.
func digest(ctx context.Context, client *objectstore.Client) (sum [sha256.Size]byte, err error) {
	body, _, err := client.GetObject(ctx, finishedBucket, finishedKey)
	if err != nil {
		return sum, err
	}
	defer func() { err = errors.Join(err, body.Close()) }()
	hash := sha256.New()
	if _, err := io.Copy(hash, body); err != nil {
		return sum, fmt.Errorf("read %s/%s: %w", finishedBucket, finishedKey, err)
	}
	hash.Sum(sum[:0])
	return sum, nil
}
