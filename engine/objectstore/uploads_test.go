package objectstore_test

import (
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"offcut/engine"
	"offcut/engine/objectstore"
	"offcut/rules"
)

const day = "2024-03-01T00:00:00.000Z"

// listed reads a listing until its end or its first error.
func listed(t *testing.T, c *objectstore.Client, prefix string) (refs []string, notes []string, err error) {
	t.Helper()
	for page, e := range c.ListUploads(t.Context(), "b", prefix) {
		if e != nil {
			return refs, notes, e
		}
		notes = append(notes, page.Notes...)
		for _, u := range page.Uploads {
			refs = append(refs, u.Key+" "+u.ID)
		}
	}
	return refs, notes, nil
}

func TestListUploadsAsksForTheWholePrefix(t *testing.T) {
	s := serve(t, say(200, uploadsXML("")))
	c := open(t, s.URL)
	if _, _, err := listed(t, c, ""); err != nil {
		t.Fatal(err)
	}
	if _, _, err := listed(t, c, "raw/中 a"); err != nil {
		t.Fatal(err)
	}
	// Empty parameters are left out: some stores refuse them.
	if got, want := s.asked()[0].URL.RawQuery, "encoding-type=url&max-uploads=1000&uploads="; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if got, want := s.asked()[1].URL.RawQuery, "encoding-type=url&max-uploads=1000&prefix=raw%2F%E4%B8%AD%20a&uploads="; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestListUploadsReadsOnePage(t *testing.T) {
	body := `<?xml version="1.0"?><ns2:ListMultipartUploadsResult xmlns:ns2="http://s3.amazonaws.com/doc/2006-03-01/">
	<ns2:Bucket>b</ns2:Bucket><ns2:IsTruncated>false</ns2:IsTruncated>
	<ns2:Upload><ns2:Key>k</ns2:Key><UploadId>u1</UploadId><Initiator><ID>i</ID></Initiator><Owner><ID>o</ID><DisplayName>x</DisplayName></Owner>
	<StorageClass>STANDARD_IA</StorageClass><Initiated>2015-03-23T11:22:45.451+08:00</Initiated></ns2:Upload>
	<ns2:Upload><ns2:Key>k</ns2:Key><UploadId>u2</UploadId><StorageClass/><Initiated>2015-03-23T11:22:45</Initiated></ns2:Upload>
	</ns2:ListMultipartUploadsResult>`
	s := serve(t, say(200, body, "Date", "Mon, 1 Nov 2010 20:34:56 GMT", "X-Kss-Request-Id", "req1"))
	var pages []engine.UploadPage
	before := time.Now()
	for page, err := range open(t, s.URL).ListUploads(t.Context(), "b", "") {
		if err != nil {
			t.Fatal(err)
		}
		if page.Sent.Before(before) || page.Sent.After(time.Now()) {
			t.Errorf("its request was sent at %v, want an instant since %v", page.Sent, before)
		}
		pages = append(pages, page)
	}
	want := []rules.Upload{
		{Bucket: "b", Key: "k", ID: "u1", Initiated: time.Date(2015, 3, 23, 3, 22, 45, 451e6, time.UTC),
			StorageClass: "STANDARD_IA", Owner: "o", Initiator: "i"},
		{Bucket: "b", Key: "k", ID: "u2"}, // a start without a zone is no start
	}
	if len(pages) != 1 || !slices.Equal(pages[0].Uploads, want) {
		t.Errorf("got %+v, want %+v", pages, want)
	}
	if at := time.Date(2010, 11, 1, 20, 34, 56, 0, time.UTC); !pages[0].Date.Equal(at) || pages[0].RequestID != "req1" {
		t.Errorf("got date %v, request id %s", pages[0].Date, pages[0].RequestID)
	}
}

const truncated = "<IsTruncated>true</IsTruncated>"

func next(key, id string) string {
	return truncated + "<NextKeyMarker>" + key + "</NextKeyMarker><NextUploadIdMarker>" + id + "</NextUploadIdMarker>"
}

func TestListUploadsPaging(t *testing.T) {
	a1, a2, a3, b1, c1 := "a 1 "+day, "a 2 "+day, "a 3 "+day, "b 1 "+day, "c 1 "+day
	tests := []struct {
		name    string
		pages   []http.HandlerFunc
		markers []string // key and id markers asked for from the second page on
		refs    string
		note    string // in one of the notes
		err     string // in the error; empty for none
	}{
		{
			name:    "both markers",
			pages:   []http.HandlerFunc{say(200, uploadsXML(next("a", "2"), a1, a2)), say(200, uploadsXML(next("b", "1"), a3, b1)), say(200, uploadsXML("", c1))},
			markers: []string{"a 2", "b 1"}, refs: "a 1,a 2,a 3,b 1,c 1",
		},
		{
			name:    "ids of one key in any order",
			pages:   []http.HandlerFunc{say(200, uploadsXML(next("a", "1"), a3, a1)), say(200, uploadsXML("", a2))},
			markers: []string{"a 1", "a "}, refs: "a 3,a 1,a 2",
		},
		{
			name:    "empty markers although truncated",
			pages:   []http.HandlerFunc{say(200, uploadsXML(next("", ""), a1, a2)), say(200, uploadsXML("", b1))},
			markers: []string{"a 2"}, refs: "a 1,a 2,b 1", note: "no next marker",
		},
		{
			name:    "no id marker for the last key",
			pages:   []http.HandlerFunc{say(200, uploadsXML(next("a", ""), a1, a2)), say(200, uploadsXML("", a3))},
			markers: []string{"a 2", "a "}, refs: "a 1,a 2,a 3", note: "no next marker",
		},
		{
			name:    "the next marker is the next page's first upload",
			pages:   []http.HandlerFunc{say(200, uploadsXML(next("b", "1"), a1)), say(200, uploadsXML("", a1, b1))},
			markers: []string{"a 1"}, refs: "a 1,b 1", note: "not the last upload of its page",
		},
		{
			name:    "an overlap is counted once",
			pages:   []http.HandlerFunc{say(200, uploadsXML(next("a", "2"), a1, a2)), say(200, uploadsXML("", a2, b1))},
			markers: []string{"a 2"}, refs: "a 1,a 2,b 1", note: "overlap",
		},
		{
			name:  "an upload that comes twice on a page",
			pages: []http.HandlerFunc{say(200, uploadsXML("", a1, a2, a1, b1))},
			refs:  "a 1,a 2,b 1", note: "counted once",
		},
		{
			name:    "an overlap of unsorted pages",
			pages:   []http.HandlerFunc{say(200, uploadsXML(next("b", "1"), b1, a1)), say(200, uploadsXML("", c1, a1))},
			markers: []string{"b 1"}, refs: "b 1,a 1,c 1", note: "counted once",
		},
		{
			name: "unsorted pages in a circle",
			pages: []http.HandlerFunc{say(200, uploadsXML(next("b", "1"), c1, b1)), say(200, uploadsXML(next("e", "1"), "d 1 "+day, a1, "e 1 "+day)),
				say(200, uploadsXML("", c1, b1))},
			markers: []string{"b 1", "e 1"}, refs: "c 1,b 1,d 1,a 1,e 1", note: "order of their keys", err: "comes again",
		},
		{
			name: "a circle back to the page before the first unsorted one",
			pages: []http.HandlerFunc{say(200, uploadsXML(next("b", "1"), a1, b1)), say(200, uploadsXML(next("c", "1"), "d 1 "+day, c1)),
				say(200, uploadsXML(next("e", "1"), "e 1 "+day)), say(200, uploadsXML("", a1))},
			markers: []string{"b 1", "c 1", "e 1"}, refs: "a 1,b 1,d 1,c 1,e 1", note: "order of their keys", err: "comes again",
		},
		{
			name:  "one unsorted page",
			pages: []http.HandlerFunc{say(200, uploadsXML("", b1, a1))},
			refs:  "b 1,a 1", note: "order of their keys",
		},
		{
			name:    "a promise of more that is not kept",
			pages:   []http.HandlerFunc{say(200, uploadsXML(next("a", "1"), a1)), say(200, uploadsXML(""))},
			markers: []string{"a 1", "a "}, refs: "a 1",
		},
		{
			name: "both markers give the marker's key alone",
			pages: []http.HandlerFunc{say(200, uploadsXML(next("a", "2"), a1, a2)), say(200, uploadsXML("", a3)), say(200, uploadsXML(next("b", "1"), b1)),
				say(200, uploadsXML("")), say(200, uploadsXML("", c1))},
			markers: []string{"a 2", "a ", "b 1", "b "}, refs: "a 1,a 2,a 3,b 1,c 1", note: "the marker's key alone",
		},
		{
			name:    "a key marker that includes its key, and so does the one behind it",
			pages:   []http.HandlerFunc{say(200, uploadsXML(next("a", "2"), a1, a2)), say(200, uploadsXML("", a3)), say(200, uploadsXML(next("a", "2"), a1, a2))},
			markers: []string{"a 2", "a ", "a\x00 "}, refs: "a 1,a 2,a 3", err: "whether uploads follow behind the key \"a\" cannot be told",
		},
		{
			name: "a key marker that includes its key, and nothing behind it",
			pages: []http.HandlerFunc{say(200, uploadsXML(next("a", "2"), a1, a2)), say(200, uploadsXML("", a3)), say(200, uploadsXML(next("a", "2"), a1, a2)),
				say(200, uploadsXML(""))},
			markers: []string{"a 2", "a ", "a\x00 "}, refs: "a 1,a 2,a 3",
		},
		{
			name: "a key marker that includes its key, and something behind it",
			pages: []http.HandlerFunc{say(200, uploadsXML(next("a", "2"), a1, a2)), say(200, uploadsXML("", a3)), say(200, uploadsXML(next("a", "2"), a1, a2)),
				say(200, uploadsXML("", b1))},
			markers: []string{"a 2", "a ", "a\x00 "}, refs: "a 1,a 2,a 3,b 1", note: "the marker's key alone",
		},
		{
			name:    "a key marker that includes its key, to the end",
			pages:   []http.HandlerFunc{say(200, uploadsXML(next("a", "2"), a1, a2)), say(200, uploadsXML("", a3)), say(200, uploadsXML("", a1, a2, a3))},
			markers: []string{"a 2", "a "}, refs: "a 1,a 2,a 3",
		},
		{
			name:    "the next marker is the next page's first upload, of the same key",
			pages:   []http.HandlerFunc{say(200, uploadsXML(next("a", "2"), a1)), say(200, uploadsXML("", a2, b1))},
			markers: []string{"a 1"}, refs: "a 1,a 2,b 1", note: "not the last upload of its page",
		},
		{
			name:    "unsorted, and the next marker is the next page's first upload of the last key",
			pages:   []http.HandlerFunc{say(200, uploadsXML(next("a", "2"), b1, a1)), say(200, uploadsXML("", a2, c1))},
			markers: []string{"a 1"}, refs: "b 1,a 1,a 2,c 1", note: "not the last upload of its page",
		},
		{
			name:  "unsorted, and the next marker is no upload of the page",
			pages: []http.HandlerFunc{say(200, uploadsXML(next("c", "1"), b1, a1))},
			err:   "none of the uploads of its page",
		},
		{
			name:    "markers that repeat",
			pages:   []http.HandlerFunc{say(200, uploadsXML(next("a", "1"), a1)), say(200, uploadsXML(next("a", "1"), a2)), say(200, uploadsXML(next("a", "1"), a2))},
			markers: []string{"a 1", "a 2"}, refs: "a 1,a 2", note: "not the last upload of its page", err: "does not advance",
		},
		{
			name: "pages in a circle",
			pages: []http.HandlerFunc{say(200, uploadsXML(next("a", "1"), a1)), say(200, uploadsXML(next("a", "2"), a2)),
				say(200, uploadsXML(next("a", "1"), a1))},
			markers: []string{"a 1", "a 2"}, refs: "a 1,a 2", err: "does not advance",
		},
		{
			name:    "markers that go back",
			pages:   []http.HandlerFunc{say(200, uploadsXML(next("b", "1"), b1)), say(200, uploadsXML(next("a", "1"), a1))},
			markers: []string{"b 1"}, refs: "b 1", err: "does not advance",
		},
		{
			name:    "a page that repeats",
			pages:   []http.HandlerFunc{say(200, uploadsXML(next("a", "2"), a1, a2)), say(200, uploadsXML(next("a", "3"), a1, a2))},
			markers: []string{"a 2"}, refs: "a 1,a 2", err: "does not advance",
		},
		{
			name:  "truncated and empty",
			pages: []http.HandlerFunc{say(200, uploadsXML(next("a", "1")))},
			err:   "empty page",
		},
		{
			name:  "truncated, unsorted and without markers",
			pages: []http.HandlerFunc{say(200, uploadsXML(truncated, b1, a1))},
			err:   "in no order",
		},
		{
			name: "upload-id-marker refused",
			pages: []http.HandlerFunc{say(200, uploadsXML(next("a", "1"), a1)), fault(400, "InvalidArgument"),
				say(200, uploadsXML("", a1, a2, "ab 1 "+day)), say(200, uploadsXML(next("b", "1"), "ab 1 "+day, b1)), say(200, uploadsXML("", b1)), say(200, uploadsXML("", c1))},
			markers: []string{"a 1", " ", "a ", " ", "b "}, refs: "a 1,a 2,ab 1,b 1,c 1", note: "refuses upload-id-marker",
		},
		{
			name: "upload-id-marker refused, and a key of more than a page",
			pages: []http.HandlerFunc{say(200, uploadsXML(next("a", "2"), a1, a2)), fault(400, "InvalidArgument"),
				say(200, uploadsXML(next("a", "2"), a1, a2))},
			markers: []string{"a 2", " "}, refs: "a 1,a 2", err: "one page does not hold all uploads of the key \"a\"",
		},
		{
			name: "upload-id-marker refused, and no order under the key",
			pages: []http.HandlerFunc{say(200, uploadsXML(next("a", "1"), a1)), fault(400, "InvalidArgument"),
				say(200, uploadsXML("", "ab 1 "+day, a2))},
			markers: []string{"a 1", " "}, refs: "a 1", err: "lists \"a\" out of order under the prefix \"a\"",
		},
		{
			name: "upload-id-marker refused, and the prefix ignored",
			pages: []http.HandlerFunc{say(200, uploadsXML(next("b", "1"), b1)), fault(400, "InvalidArgument"),
				say(200, uploadsXML("", a1, b1))},
			markers: []string{"b 1", " "}, refs: "b 1", err: "lists \"a\" out of order under the prefix \"b\"",
		},
		{
			name:    "an id alone as the next marker, in the order of ids",
			pages:   []http.HandlerFunc{say(200, uploadsXML(next("", "2"), c1, a2)), say(200, uploadsXML(next("", "4"), a3, "a 4 "+day)), say(200, uploadsXML(""))},
			markers: []string{" 2", " 4"}, refs: "c 1,a 2,a 3,a 4",
		},
		{
			name:    "an id alone as the next marker, and keys in order by chance",
			pages:   []http.HandlerFunc{say(200, uploadsXML(next("", "2"), a1, a2)), say(200, uploadsXML("", a3))},
			markers: []string{" 2"}, refs: "a 1,a 2,a 3",
		},
		{
			name:    "an id alone as the next marker, which is ignored",
			pages:   []http.HandlerFunc{say(200, uploadsXML(next("", "2"), c1, a2))},
			markers: []string{" 2"}, refs: "c 1,a 2", err: "behind the upload id \"2\"",
		},
		{
			name:    "an id alone as the next marker, and ids that stop growing",
			pages:   []http.HandlerFunc{say(200, uploadsXML(next("", "2"), c1, a2)), say(200, uploadsXML("", "d 5 "+day, a3))},
			markers: []string{" 2"}, refs: "c 1,a 2", err: "stopped to do so",
		},
		{
			name:  "an id alone as the next marker, and no order at all",
			pages: []http.HandlerFunc{say(200, uploadsXML(next("", "1"), "b 2 "+day, a1))},
			err:   "in no order",
		},
		{
			name:    "another bucket",
			pages:   []http.HandlerFunc{say(200, uploadsXML(next("a", "1"), a1)), say(200, strings.Replace(uploadsXML("", b1), ">b<", ">other<", 1))},
			markers: []string{"a 1"}, refs: "a 1", err: "about bucket other",
		},
		{
			name:    "an error on page two",
			pages:   []http.HandlerFunc{say(200, uploadsXML(next("a", "1"), a1)), fault(403, "AccessDenied")},
			markers: []string{"a 1"}, refs: "a 1", err: "ks3:ListBucketMultipartUploads",
		},
		{
			name:    "a cut page two",
			pages:   []http.HandlerFunc{say(200, uploadsXML(next("a", "1"), a1)), say(200, uploadsXML("", b1)[:100])},
			markers: []string{"a 1"}, refs: "a 1", err: "not a whole ListMultipartUploadsResult",
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := serve(t, tt.pages...)
			refs, notes, err := listed(t, open(t, s.URL), "")
			if got := strings.Join(refs, ","); got != tt.refs {
				t.Errorf("uploads: got %s, want %s", got, tt.refs)
			}
			if tt.err == "" && err != nil || tt.err != "" && (err == nil || !strings.Contains(err.Error(), tt.err)) {
				t.Errorf("error: got %v, want %q", err, tt.err)
			}
			if got := strings.Join(notes, "\n"); tt.note == "" && got != "" || !strings.Contains(got, tt.note) {
				t.Errorf("notes: got %q, want %q", got, tt.note)
			}
			var markers []string
			for _, r := range s.asked()[1:] {
				markers = append(markers, r.URL.Query().Get("key-marker")+" "+r.URL.Query().Get("upload-id-marker"))
			}
			if !slices.Equal(markers, tt.markers) {
				t.Errorf("markers: got %q, want %q", markers, tt.markers)
			}
		})
	}
}

// A server that gives 1000 uploads at the most and never says that more follow looks
// like one that has just so many: what follows a full page is asked for.
func TestPromise5_AFullPageIsNotTakenForTheLast(t *testing.T) {
	full := func(extra string) http.HandlerFunc {
		var uploads []string
		for i := range 1000 {
			uploads = append(uploads, fmt.Sprintf("k%04d u %s", i, day))
		}
		return say(200, uploadsXML(extra, uploads...))
	}
	tests := map[string]struct {
		pages []http.HandlerFunc
		refs  int
		note  string
		err   string
		asked int
	}{
		"nothing follows":                 {[]http.HandlerFunc{full(""), say(200, uploadsXML(""))}, 1000, "", "", 3},
		"one follows":                     {[]http.HandlerFunc{full(""), say(200, uploadsXML("", "l 1 "+day))}, 1001, "said that nothing follows", "", 2},
		"a page follows, and another one": {[]http.HandlerFunc{full(""), say(200, uploadsXML(next("l", "1"), "l 1 "+day)), say(200, uploadsXML("", "m 1 "+day))}, 1002, "said that nothing follows", "", 3},
		"the marker's upload comes again": {[]http.HandlerFunc{full(""), say(200, uploadsXML("", "k0999 u "+day))}, 1000, "", "", 3},
		"markers are ignored":             {[]http.HandlerFunc{full("")}, 1000, "", "whether uploads follow the first 1000 cannot be told", 2},
		"a page that is truncated":        {[]http.HandlerFunc{full(next("k0999", "u")), say(200, uploadsXML("", "l 1 "+day))}, 1001, "", "", 2},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			s := serve(t, tt.pages...)
			refs, notes, err := listed(t, open(t, s.URL), "")
			if tt.err == "" && err != nil || tt.err != "" && (err == nil || !strings.Contains(err.Error(), tt.err)) {
				t.Errorf("error: got %v, want %q", err, tt.err)
			}
			if said := strings.Join(notes, "; "); !strings.Contains(said, tt.note) || tt.note == "" && said != "" {
				t.Errorf("notes: got %q, want %q", said, tt.note)
			}
			if len(refs) != tt.refs || len(s.asked()) != tt.asked {
				t.Errorf("%d uploads in %d requests, want %d in %d", len(refs), len(s.asked()), tt.refs, tt.asked)
			}
		})
	}
}

// A start that a server gives to every upload is none: what it says is not known.
func TestPromise2_AStartOutOfTheManualIsNone(t *testing.T) {
	s := serve(t, say(200, uploadsXML("", "a 1 2010-11-10T20:48:33.000Z", "b 1 "+day)))
	for page, err := range open(t, s.URL).ListUploads(t.Context(), "b", "") {
		if err != nil || !page.Uploads[0].Initiated.IsZero() || page.Uploads[1].Initiated.IsZero() || len(page.Notes) != 1 {
			t.Errorf("got %+v, %v", page, err)
		}
	}
}

// MinIO lists what it began since its last start: a list that holds something is no
// proof either.
func TestPromise14_AListOfMinIOIsNoProof(t *testing.T) {
	s := serve(t, say(200, uploadsXML("", "a 1 "+day), "Server", "MinIO"))
	if _, notes, err := listed(t, open(t, s.URL, as("s3", "")), ""); err != nil || len(notes) != 1 || !strings.Contains(notes[0], "before its last start") {
		t.Errorf("got %q, %v", notes, err)
	}
}

func TestListUploadsNotesALongPage(t *testing.T) {
	var uploads []string
	for i := range 1001 {
		uploads = append(uploads, fmt.Sprintf("k%04d u %s", i, day))
	}
	refs, notes, err := listed(t, open(t, serve(t, say(200, uploadsXML("", uploads...))).URL), "")
	if err != nil || len(refs) != 1001 || len(notes) != 1 || !strings.Contains(notes[0], "more than 1000") {
		t.Errorf("got %d uploads, notes %q, error %v", len(refs), notes, err)
	}
}

func TestListUploadsWithoutADate(t *testing.T) {
	s := serve(t, func(w http.ResponseWriter, r *http.Request) {
		w.Header()["Date"] = nil
		say(200, uploadsXML(""))(w, r)
	})
	for page, err := range open(t, s.URL).ListUploads(t.Context(), "b", "") {
		if err != nil || !page.Date.IsZero() {
			t.Errorf("got %v, %v", page.Date, err)
		}
	}
}

// Some stores list nothing although something is there: only a store that is
// known to list everything is believed without a word.
func TestPromise14_AnEmptyListOfAnUnknownStoreIsNoProof(t *testing.T) {
	s := serve(t, say(200, uploadsXML("")))
	if _, notes, err := listed(t, open(t, s.URL, as("s3", "")), ""); err != nil || len(notes) != 1 || !strings.Contains(notes[0], "no proof") {
		t.Errorf("s3: got %q, %v", notes, err)
	}
	if _, notes, err := listed(t, open(t, s.URL), ""); err != nil || len(notes) != 0 {
		t.Errorf("ks3: got %q, %v", notes, err)
	}
}

// Keys are decoded only where the answer proves that they are encoded.
func TestPromise2_NoKeyIsGuessed(t *testing.T) {
	const kss, aws = "<Encoding-Type>url</Encoding-Type>", "<EncodingType>url</EncodingType>"
	tests := []struct {
		name, extra string
		raw         []string
		want        []string // with "?" after a key that is not proven
	}{
		{"native element", kss, []string{"a%20b%2F%E4%B8%AD"}, []string{"a b/中"}},
		{"AWS element", aws, []string{"a%2fb"}, []string{"a/b"}},
		{"a plus is a space", kss, []string{"a+b", "a%2Bb"}, []string{"a b", "a+b"}},
		{"a plus beside %20 is anything", kss, []string{"a+b", "c%20d"}, []string{"a b?", "c d"}},
		{"no element", "", []string{"a%20b", "a+b", "中"}, []string{"a%20b", "a+b", "中"}},
		{"element of another kind", "<Encoding-Type>base64</Encoding-Type>", []string{"a%20b"}, []string{"a%20b"}},
		{"echoed and not done", kss, []string{"a/中", "plain", "a%20b", "a+b"}, []string{"a/中", "plain", "a%20b?", "a+b?"}},
		{"echoed and not done, by a broken escape", kss, []string{"100%", "plain"}, []string{"100%?", "plain"}},
		{"lost bytes", "", []string{"a\ufffdb"}, []string{"a\ufffdb?"}},
		{"lost bytes, encoded", kss, []string{"a%EF%BF%BDb"}, []string{"a\ufffdb?"}},
		{"not UTF-8", kss, []string{"a%FFb"}, []string{"a\xffb?"}},
		{"not UTF-8, as it is", "", []string{"a\xffb"}, []string{"a\xffb?"}},
		{"a bare carriage return", "", []string{"a\rb", "c&#13;d"}, []string{"a\nb?", "c\rd"}},
		{"control characters", kss, []string{"a%0A%1B%5B31m"}, []string{"a\n\x1b[31m"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			body := "<ListMultipartUploadsResult><IsTruncated>false</IsTruncated>" + tt.extra
			for i, raw := range tt.raw {
				body += fmt.Sprintf("<Upload><Key>%s</Key><UploadId>u%d</UploadId></Upload>", raw, i)
			}
			s := serve(t, say(200, body+"</ListMultipartUploadsResult>"))
			var got []string
			for page, err := range open(t, s.URL).ListUploads(t.Context(), "b", "") {
				if err != nil {
					t.Fatal(err)
				}
				for _, u := range page.Uploads {
					if u.KeyUnproven {
						u.Key += "?"
					}
					got = append(got, u.Key)
				}
			}
			if !slices.Equal(got, tt.want) {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}

func TestListUploadsMarkersAreDecoded(t *testing.T) {
	const kss = "<Encoding-Type>url</Encoding-Type>"
	s := serve(t, say(200, uploadsXML(kss+next("a%2Bb%20c", "u%2B1"), "a%2Bb%20c u+1 "+day)), say(200, uploadsXML("")))
	if _, _, err := listed(t, open(t, s.URL), ""); err != nil {
		t.Fatal(err)
	}
	q := s.asked()[1].URL.Query()
	if q.Get("key-marker") != "a+b c" || q.Get("upload-id-marker") != "u+1" {
		t.Errorf("got %q and %q", q.Get("key-marker"), q.Get("upload-id-marker"))
	}
}

// Ids are not encoded in the uploads themselves, and not by every store in the
// marker: the last upload of the page tells.
func TestListUploadsIDMarkerIsReadAsTheIDsAre(t *testing.T) {
	const kss = "<Encoding-Type>url</Encoding-Type>"
	s := serve(t, say(200, uploadsXML(kss+next("a", "u%2B1"), "a u%2B1 "+day)), say(200, uploadsXML("")))
	if _, _, err := listed(t, open(t, s.URL), ""); err != nil {
		t.Fatal(err)
	}
	if got := s.asked()[1].URL.Query().Get("upload-id-marker"); got != "u%2B1" {
		t.Errorf("got %q", got)
	}
}

// A claim of encoding that a later page refutes leaves no page before it in doubt.
func TestPromise2_ALateRefutationEndsTheListing(t *testing.T) {
	const kss = "<Encoding-Type>url</Encoding-Type>"
	s := serve(t, say(200, uploadsXML(kss+next("a%20b", "1"), "a%20b 1 "+day)), say(200, uploadsXML(kss, "中 1 "+day)))
	if _, _, err := listed(t, open(t, s.URL), ""); err == nil || !strings.Contains(err.Error(), "refutes") {
		t.Errorf("got %v", err)
	}
	// Where nothing was decoded before, nothing is lost.
	s = serve(t, say(200, uploadsXML(kss+next("a", "1"), "a 1 "+day)), say(200, uploadsXML(kss, "中 1 "+day)))
	if refs, _, err := listed(t, open(t, s.URL), ""); err != nil || len(refs) != 2 {
		t.Errorf("got %q, %v", refs, err)
	}
}

func TestListUploadsStopsWhenTheCallerDoes(t *testing.T) {
	s := serve(t, say(200, uploadsXML(next("a", "1"), "a 1 "+day)))
	for range open(t, s.URL).ListUploads(t.Context(), "b", "") {
		break
	}
	if n := len(s.asked()); n != 1 {
		t.Errorf("%d requests", n)
	}
}

func TestListUploadsOfNoBucket(t *testing.T) {
	c := open(t, "http://127.0.0.1:1")
	for _, err := range c.ListUploads(t.Context(), "", "") {
		if err == nil || errors.Is(err, engine.ErrTemporary) {
			t.Errorf("got %v", err)
		}
	}
	if c.Requests() != 0 {
		t.Error("something was sent")
	}
}
