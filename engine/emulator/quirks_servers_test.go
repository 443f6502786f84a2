package emulator

import (
	"fmt"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"offcut/engine/emulator/switches"
)

// pages follows a listing as S3's clients do, echoing the markers of every page,
// and writes the outlines. It gives up where they don't move.
func pages(t testing.TB, s *Server, query string) []string {
	t.Helper()
	var all []string
	markers := ""
	for {
		w := signed(t, s, "GET /lies?uploads&encoding-type=url&"+query+markers, "localhost", "")
		all = append(all, outline(w))
		body := w.Body.String()
		next := "&key-marker=" + between(body, "<NextKeyMarker>", "<")
		if id := between(body, "<NextUploadIdMarker>", "<"); id != "" {
			next += "&upload-id-marker=" + url.QueryEscape(id)
		}
		if !strings.Contains(body, "<IsTruncated>true<") {
			return all
		}
		if next == markers || len(all) > 20 {
			return append(all, "no end")
		}
		markers = next
	}
}

// What was seen of servers when they were run, told by the profiles' quirks.
func TestServersOfTheField(t *testing.T) {
	tests := []struct {
		set    switches.Set
		query  string
		pages  string
		aborts string // of a/1, a/1 again, an id that never was, an id of another key
		left   string
	}{
		{
			set:    switches.Set{},
			query:  "max-uploads=2",
			pages:  "[24 then a:4 61 then a/:1 3]",
			aborts: "[204 404 NoSuchUpload 404 NoSuchUpload 404 NoSuchUpload]", left: "2463",
		}, {
			set:    switches.Set{Profile: "minio"},
			query:  "max-uploads=2",
			pages:  "[12346]",
			aborts: "[204 204 204 204]", left: "2346",
		}, {
			set:    switches.Set{Profile: "minio"},
			query:  "prefix=b",
			pages:  "[]",
			aborts: "[204 204 204 204]", left: "2346",
		}, {
			set:    switches.Set{Profile: "versitygw"},
			query:  "max-uploads=2",
			pages:  "[24 then a:4 400 InvalidArgument]",
			aborts: "[204 404 NoSuchUpload 404 NoSuchUpload 404 NoSuchUpload]", left: "2463",
		}, {
			set:    switches.Set{Profile: "versitygw", Quirks: switches.Quirks{IDMarker: "ks3", AbortedMarker: "ends"}},
			query:  "max-uploads=4",
			pages:  "[2461 then a/:1 3]",
			aborts: "[204 404 NoSuchUpload 404 NoSuchUpload 404 NoSuchUpload]", left: "2463",
		}, {
			set:    switches.Set{Profile: "seaweedfs"},
			query:  "max-uploads=5",
			pages:  "[12346 then :6 ]",
			aborts: "[204 204 404 NoSuchUpload 404 NoSuchUpload]", left: "2346",
		}, {
			set:    switches.Set{Profile: "moto"},
			query:  "max-uploads=1",
			pages:  "[34621]",
			aborts: "[204 404 NoSuchUpload 404 NoSuchUpload 204]", left: "462",
		}, {
			set:    switches.Set{Profile: "gofakes3"},
			query:  "max-uploads=3",
			pages:  "[246 then a/:1 13]",
			aborts: "[204 404 NoSuchUpload 404 NoSuchUpload 404 NoSuchUpload]", left: "2463",
		},
	}
	for _, tt := range tests {
		t.Run(tt.set.Profile+" "+tt.query, func(t *testing.T) {
			s := openQuirked(t, tt.set)
			if got := fmt.Sprint(pages(t, s, tt.query)); got != tt.pages {
				t.Errorf("pages: %s, want %s", got, tt.pages)
			}
			var aborts []string
			for _, target := range []string{"a/?uploadId=1", "a/?uploadId=1", "a?uploadId=9", "a?uploadId=3"} {
				aborts = append(aborts, abortOf(t, s, target))
			}
			left := outline(signed(t, s, "GET /lies?uploads", "localhost", ""))
			if got := fmt.Sprint(aborts); got != tt.aborts || left != tt.left {
				t.Errorf("aborts: %s, and %s is left; want %s and %s", got, left, tt.aborts, tt.left)
			}
		})
	}
}

// versitygw 1.0: aborting what a page showed before asking for the next one ends
// the listing early. The honest server goes on.
func TestAbortingWhileListingEndsEarly(t *testing.T) {
	for quirk, want := range map[string]string{"": "[24 then a:4 61 then a/:1 3]", "ends": "[24 then a:4 ]"} {
		s := openQuirked(t, switches.Set{Quirks: switches.Quirks{AbortedMarker: quirk}})
		var all []string
		markers := ""
		for range 4 {
			w := signed(t, s, "GET /lies?uploads&max-uploads=2&encoding-type=url"+markers, "localhost", "")
			all = append(all, outline(w))
			abortListed(t, s, w)
			body := w.Body.String()
			if !strings.Contains(body, "<IsTruncated>true<") {
				break
			}
			markers = "&key-marker=" + between(body, "<NextKeyMarker>", "<") + "&upload-id-marker=" + between(body, "<NextUploadIdMarker>", "<")
		}
		if got := fmt.Sprint(all); got != want {
			t.Errorf("%q: %s, want %s", quirk, got, want)
		}
	}
}

// abortListed aborts all that a page with encoded keys lists.
func abortListed(t testing.TB, s *Server, w *httptest.ResponseRecorder) {
	t.Helper()
	for _, entry := range strings.Split(w.Body.String(), "<Upload>")[1:] {
		target := between(entry, "<Key>", "<") + "?uploadId=" + between(entry, "<UploadId>", "<")
		if got := abortOf(t, s, target); got != "204" {
			t.Errorf("abort of %s: %s", target, got)
		}
	}
}

// A quirk that needs the whole bucket refuses one that is too large for it.
func TestQuirksAreBounded(t *testing.T) {
	if testing.Short() {
		t.Skip("stores more uploads than a quirk reads")
	}
	s := openAt(t, testNow())
	err := s.Seed(t.Context(), func(yield func(SeedUpload) bool) {
		for i := range wholeBucket + 1 {
			if !yield(SeedUpload{Bucket: "lies", Key: fmt.Sprintf("%07d", i), ID: "x", Age: time.Hour}) {
				return
			}
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	for want, quirk := range map[string]switches.Quirks{
		"501 one page": {Paging: "one-page"}, "501 order": {Order: "created"}, "200 uncapped": {Paging: "uncapped"},
	} {
		if err := s.Switches().Replace(switches.Set{Quirks: quirk}); err != nil {
			t.Fatal(err)
		}
		w := signed(t, s, "GET /lies?uploads&max-uploads=999999999", "localhost", "")
		if quirk.Order != "" {
			w = signed(t, s, "GET /lies?uploads", "localhost", "")
		}
		if got := fmt.Sprint(w.Code); !strings.HasPrefix(want, got) {
			t.Errorf("%s: %s, with %d bytes", want, got, w.Body.Len())
		}
	}
}
