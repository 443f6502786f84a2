package objectstore_test

import (
	"errors"
	"fmt"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/johannesboyne/gofakes3"
	"github.com/johannesboyne/gofakes3/backend/s3mem"

	"offcut/engine"
	"offcut/engine/objectstore"
	"offcut/rules"
)

// fakeS3 is a server that shares no line with this project.
func fakeS3(t *testing.T) *objectstore.Client {
	t.Helper()
	backend := s3mem.New()
	if err := backend.CreateBucket("media"); err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(gofakes3.New(backend).Server())
	t.Cleanup(server.Close)
	return open(t, server.URL, as("s3", ""))
}

// all reads a listing to its end.
func all(t *testing.T, s engine.Store, bucket, prefix string) (uploads []rules.Upload, pages int, notes []string) {
	t.Helper()
	for page, err := range s.ListUploads(t.Context(), bucket, prefix) {
		if err != nil {
			t.Fatalf("page %d: %v", pages+1, err)
		}
		pages++
		notes = append(notes, page.Notes...)
		uploads = append(uploads, page.Uploads...)
	}
	return uploads, pages, notes
}

func TestGofakes3Journey(t *testing.T) {
	s := fakeS3(t)
	ctx := t.Context()
	buckets, err := s.ListBuckets(ctx)
	if err != nil || len(buckets) != 1 || buckets[0].Name != "media" || buckets[0].Created.IsZero() {
		t.Fatalf("buckets: got %+v, %v", buckets, err)
	}

	key := "raw/中文 a+b%20.mp4"
	id, err := s.Initiate(ctx, "media", key, nil)
	if err != nil {
		t.Fatal(err)
	}
	ref := engine.Ref{Bucket: "media", Key: key, ID: id}
	for n := 1; n <= 3; n++ {
		if _, err := s.UploadPart(ctx, ref, n, []byte(strings.Repeat("x", 10*n))); err != nil {
			t.Fatal(err)
		}
	}
	uploads, _, _ := all(t, s, "media", "raw/")
	if len(uploads) != 1 || uploads[0].Key != key || uploads[0].ID != id || uploads[0].Initiated.IsZero() || uploads[0].KeyUnproven {
		t.Fatalf("uploads: got %+v", uploads)
	}
	parts, err := s.ListParts(ctx, ref)
	if err != nil || parts.Count != 3 || parts.Bytes != 60 || parts.Foreign || parts.Newest.IsZero() {
		t.Fatalf("parts: got %+v, %v", parts, err)
	}

	if _, err := s.Abort(ctx, ref, time.Now().Add(time.Minute)); err != nil {
		t.Fatal(err)
	}
	if _, err := s.ListParts(ctx, ref); !errors.Is(err, engine.ErrNoSuchUpload) {
		t.Errorf("parts of an aborted upload: got %v", err)
	}
	if _, err := s.Abort(ctx, ref, time.Now().Add(time.Minute)); !errors.Is(err, engine.ErrNoSuchUpload) {
		t.Errorf("second abort: got %v", err)
	}

	if id, err = s.Initiate(ctx, "media", key, nil); err != nil {
		t.Fatal(err)
	}
	ref.ID = id
	etag, err := s.UploadPart(ctx, ref, 1, []byte("whole"))
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Complete(ctx, ref, []string{etag}); err != nil {
		t.Errorf("complete: %v", err)
	}
}

// The server's next marker is the first upload of the next page and its markers
// are inclusive: nothing may be lost or come twice all the same.
func TestGofakes3PagesOverEdges(t *testing.T) {
	s := fakeS3(t)
	want := make(map[string]bool)
	for i := range 2500 {
		key := fmt.Sprintf("k/%04d", i/3) // three uploads of each key, so that keys lie over the edges
		id, err := s.Initiate(t.Context(), "media", key, nil)
		if err != nil {
			t.Fatal(err)
		}
		want[key+" "+id] = true
	}
	uploads, pages, notes := all(t, s, "media", "k/")
	if len(uploads) != len(want) || pages != 3 {
		t.Errorf("got %d uploads on %d pages, want %d on 3; notes: %q", len(uploads), pages, len(want), notes)
	}
	for _, u := range uploads {
		if !want[u.Key+" "+u.ID] {
			t.Errorf("%s %s came twice, or was never begun", u.Key, u.ID)
		}
		delete(want, u.Key+" "+u.ID)
	}
}

func TestGofakes3MissingBucket(t *testing.T) {
	s := fakeS3(t)
	for _, err := range s.ListUploads(t.Context(), "nothing", "") {
		if err == nil || errors.Is(err, engine.ErrTemporary) {
			t.Errorf("got %v", err)
		}
	}
}
