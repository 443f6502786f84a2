package objectstore

import (
	"net/http/httptest"
	"slices"
	"testing"
	"time"

	"offcut/engine"
	"offcut/engine/emulator"
)

// Every signature and both kinds of addressing, with the keys that are easily
// damaged, against a server that checks signatures by its own code.
func TestEverySignatureOnAKS3Server(t *testing.T) {
	keys := []string{"a b", "a+b", "/lead", "d//e", "//", "a//", "中\n\x1b[31m", "100%20", "x/y", "\r", "~*'()!"}
	slices.Sort(keys)
	for _, signature := range []string{signKSS, signKSS4, signAWS4} {
		for _, addressing := range []string{"virtual", "path"} {
			t.Run(signature+" "+addressing, func(t *testing.T) {
				p := beijing()
				p.Signature, p.Addressing = signature, addressing
				c := clientOf(t, ks3Server(t), p)
				if err := c.CreateBucket(t.Context(), "media"); err != nil {
					t.Fatal(err)
				}
				for _, key := range keys {
					begin(t, c, key)
				}
				var listed []string
				for page, err := range c.ListUploads(t.Context(), "media", "") {
					if err != nil {
						t.Fatal(err)
					}
					for _, u := range page.Uploads {
						listed = append(listed, u.Key)
						if _, err := c.Abort(t.Context(), engine.Ref{Bucket: "media", Key: u.Key, ID: u.ID}, time.Now().Add(time.Minute)); err != nil || u.KeyUnproven {
							t.Errorf("%q: unproven %t, %v", u.Key, u.KeyUnproven, err)
						}
					}
				}
				if !slices.Equal(listed, keys) {
					t.Errorf("got %q, want %q", listed, keys)
				}
			})
		}
	}
}

// begin starts an upload with one part and reads it back.
func begin(t *testing.T, c *Client, key string) {
	t.Helper()
	id, err := c.Initiate(t.Context(), "media", key, nil)
	if err != nil {
		t.Fatal(err)
	}
	ref := engine.Ref{Bucket: "media", Key: key, ID: id}
	if _, err := c.UploadPart(t.Context(), ref, 1, []byte("abc")); err != nil {
		t.Fatal(err)
	}
	if parts, err := c.ListParts(t.Context(), ref); err != nil || parts.Foreign || parts.Bytes != 3 || parts.TimeUnknown {
		t.Errorf("%q: got %+v, %v", key, parts, err)
	}
}

// ks3Server starts the built-in server with the credentials of the tests.
func ks3Server(t *testing.T) *httptest.Server {
	t.Helper()
	server, err := emulator.Open(emulator.Options{Users: []emulator.User{
		{ID: "me", Name: "me", AccessKeyID: "AKEXAMPLE", SecretAccessKey: "SKEXAMPLE"}}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := server.Close(); err != nil {
			t.Error(err)
		}
	})
	front := httptest.NewServer(server.Handler())
	t.Cleanup(front.Close)
	return front
}
