package emulator_test

import (
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"

	"offcut/engine/emulator"
	"offcut/engine/emulator/switches"
)

// A watch is a server whose access log is read: what clients asked of it.
type watch struct {
	*emulator.Server
	url   string
	close func()

	mu      sync.Mutex
	seen    map[string]int // requests that succeeded, by action
	curious bool           // the client asks for more than there is, and is content with a 501
}

// watched starts a server with the bucket "media" for a client that nobody here
// wrote. A 500, a 501 or a request that was not understood fails the test.
func watched(t testing.TB, o emulator.Options) *watch {
	t.Helper()
	w := &watch{seen: map[string]int{}}
	o.Access = func(a emulator.Access) {
		w.mu.Lock()
		defer w.mu.Unlock()
		refused := a.Status >= 500 || a.Action == ""
		if w.curious && a.Status == http.StatusNotImplemented {
			refused = false
		}
		if refused || a.Err != nil {
			t.Errorf("%s %s/%s: %d %s %v", a.Action, a.Bucket, a.Key, a.Status, a.Code, a.Err)
		}
		if a.Status < 300 {
			w.seen[a.Action]++
		}
	}
	var err error
	if w.Server, err = emulator.Open(o); err != nil {
		t.Fatal(err)
	}
	web := httptest.NewServer(w.Handler())
	w.url = web.URL
	w.close = sync.OnceFunc(func() {
		web.Close()
		if err := w.Close(); err != nil {
			t.Error(err)
		}
	})
	t.Cleanup(w.close)
	if err := w.CreateBucket("media", ""); err != nil {
		t.Fatal(err)
	}
	return w
}

// actions stops the server and tells what it was asked.
func (w *watch) actions() []string {
	w.close()
	return slices.Sorted(maps.Keys(w.seen))
}

// times stops the server and tells how often it was asked to do something.
func (w *watch) times(action string) int {
	w.close()
	return w.seen[action]
}

// got takes a call's two results and gives the first of them where the second is
// no error.
func got[T any](out T, err error) func(testing.TB) T {
	return func(t testing.TB) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return out
	}
}

// same compares what a client was told with what it must be.
func same[T comparable](t testing.TB, what string, got, want T) {
	t.Helper()
	if got != want {
		t.Errorf("%s: %v, want %v", what, got, want)
	}
}

// mediaPolicy lets everybody read the bucket's objects, in KS3's spelling: a
// principal is KSC's, where S3 has AWS.
const mediaPolicy = `{"Version":"2015-11-01","Statement":[{"Sid":"read","Effect":"Allow","Principal":{"KSC":["*"]},` +
	`"Action":["ks3:GetObject"],"Resource":["krn:ksc:ks3:::media/*"]}]}`

// Every operation is asked for by a client that shares no code with the server,
// and succeeds. What a client can't ask is named, so that it is not forgotten.
func TestEveryOperationIsAskedByAForeignClient(t *testing.T) {
	for _, client := range []struct {
		name  string
		walk  func(*testing.T, string)
		lacks []string
	}{
		{name: "aws-sdk-go-v2", walk: walkWithSDK},
		{name: "aws-sdk-go-v2, virtual-hosted", walk: walkWithSDKByHost},
		{
			// It reads the ACL of an object and no other, and writes none.
			name: "minio-go", walk: walkWithMinio,
			lacks: []string{"GetBucketAcl", "PutBucketAcl", "PutObjectAcl"},
		},
		{name: "minio-go, signature V2", walk: walkWithMinioV2, lacks: []string{"GetBucketAcl", "PutBucketAcl", "PutObjectAcl"}},
	} {
		t.Run(client.name, func(t *testing.T) {
			t.Parallel()
			w := watched(t, emulator.Options{})
			client.walk(t, w.url)
			want := slices.DeleteFunc(switches.Actions(), func(name string) bool { return slices.Contains(client.lacks, name) })
			got := w.actions()
			for _, name := range want {
				if !slices.Contains(got, name) {
					t.Errorf("%s was not asked", name)
				}
			}
			for _, name := range client.lacks {
				if slices.Contains(got, name) {
					t.Errorf("%s was asked: it is not missing any more", name)
				}
			}
		})
	}
}

// readAll reads a body to its end and closes it.
func readAll(t testing.TB, body io.ReadCloser) []byte {
	t.Helper()
	data := got(io.ReadAll(body))(t)
	if err := body.Close(); err != nil {
		t.Error(err)
	}
	return data
}

// text is n bytes that are not all the same, so that a part in the wrong place
// is seen.
func text(n int) string {
	var b strings.Builder
	for i := 0; b.Len() < n; i++ {
		fmt.Fprintf(&b, "%07d\n", i)
	}
	return b.String()[:n]
}
