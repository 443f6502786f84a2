package objectstore_test

import (
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"offcut/engine"
)

// partsXML writes a page of parts. Every part is "number size lastModified".
func partsXML(head string, parts ...string) string {
	var b strings.Builder
	b.WriteString("<ListPartsResult>" + head)
	if !strings.Contains(head, "IsTruncated") {
		b.WriteString("<IsTruncated>false</IsTruncated>")
	}
	for _, p := range parts {
		f := strings.Fields(p + " ")
		stamp := ""
		if len(f) > 2 {
			stamp = f[2]
		}
		fmt.Fprintf(&b, `<Part><PartNumber>%s</PartNumber><LastModified>%s</LastModified><ETag>"e%s"</ETag><Size>%s</Size></Part>`, f[0], stamp, f[0], f[1])
	}
	return b.String() + "</ListPartsResult>"
}

const ours = "<Bucket>b</Bucket><Key>k</Key><UploadId>u</UploadId>"

func theRef() engine.Ref { return engine.Ref{Bucket: "b", Key: "k", ID: "u"} }

func TestListPartsSumsOverPages(t *testing.T) {
	s := serve(t,
		say(200, partsXML(ours+truncated+"<NextPartNumberMarker>7</NextPartNumberMarker>", "1 10 2024-03-01T00:00:00Z", "7 5 2024-03-01T09:00:00+08:00")),
		say(200, partsXML(ours, "8 1 2024-03-01T00:30:00.5Z"), "X-Kss-Request-Id", "last"))
	got, err := open(t, s.URL).ListParts(t.Context(), theRef())
	if err != nil {
		t.Fatal(err)
	}
	newest := time.Date(2024, 3, 1, 1, 0, 0, 0, time.UTC)
	if got.Count != 3 || got.Bytes != 16 || !got.Newest.Equal(newest) || got.TimeUnknown || got.Foreign || got.RequestID != "last" {
		t.Errorf("got %+v", got)
	}
	if q := s.asked()[1].URL.Query(); q.Get("part-number-marker") != "7" || q.Get("max-parts") != "1000" {
		t.Errorf("second page: asked for %v", q)
	}
}

func TestListPartsFallsBackToTheLastPart(t *testing.T) {
	s := serve(t, say(200, partsXML(ours+truncated+"<NextPartNumberMarker/>", "3 1 "+day)), say(200, partsXML(ours, "4 1 "+day)))
	got, err := open(t, s.URL).ListParts(t.Context(), theRef())
	if err != nil || got.Count != 2 || s.asked()[1].URL.Query().Get("part-number-marker") != "3" {
		t.Errorf("got %+v, %v", got, err)
	}
}

// A marker is exclusive, and there are stores that name the first part of the
// next page in NextPartNumberMarker: that part must not be skipped.
func TestPromise2_NoPartIsSkippedOverAPagesEdge(t *testing.T) {
	for _, named := range []string{"3", "4", "9999"} {
		s := serve(t,
			say(200, partsXML(ours+truncated+"<NextPartNumberMarker>"+named+"</NextPartNumberMarker>", "1 1 "+day, "2 1 "+day)),
			say(200, partsXML(ours, "3 1 "+day, "4 1 "+day)))
		got, err := open(t, s.URL).ListParts(t.Context(), theRef())
		if marker := s.asked()[1].URL.Query().Get("part-number-marker"); err != nil || got.Count != 4 || marker != "2" {
			t.Errorf("%s named: got %+v, %v after marker %s", named, got, err, marker)
		}
	}
}

// Who asks waits before it asks again, not the client; what the store asked for
// is told.
func TestListPartsSendsEachPageOnce(t *testing.T) {
	first := say(200, partsXML(ours+truncated, "1 1 "+day))
	tests := []struct {
		name    string
		answers []http.HandlerFunc
		after   time.Duration
	}{
		{"at once", []http.HandlerFunc{fault(503, "SlowDown", "Retry-After", "7")}, 7 * time.Second},
		{"nothing asked for", []http.HandlerFunc{fault(500, "InternalError")}, 0},
		{"too much asked for", []http.HandlerFunc{fault(503, "SlowDown", "Retry-After", "86400")}, 30 * time.Second},
		{"by date", []http.HandlerFunc{fault(503, "SlowDown", "Date", "Mon, 01 Nov 2010 20:34:56 GMT", "Retry-After", "Mon, 01 Nov 2010 20:35:01 GMT")}, 5 * time.Second},
		{"by a date that is past", []http.HandlerFunc{fault(503, "SlowDown", "Date", "Mon, 01 Nov 2010 20:34:56 GMT", "Retry-After", "Mon, 01 Nov 2010 20:34:00 GMT")}, 0},
		{"on the second page", []http.HandlerFunc{first, fault(429, "", "Retry-After", "2")}, 2 * time.Second},
	}
	for _, tt := range tests {
		s := serve(t, tt.answers...)
		_, err := open(t, s.URL).ListParts(t.Context(), theRef())
		if n := len(s.asked()); n != len(tt.answers) || !errors.Is(err, engine.ErrTemporary) {
			t.Errorf("%s: %d requests, %v", tt.name, n, err)
		}
		var asking interface{ RetryAfter() time.Duration }
		if !errors.As(err, &asking) || asking.RetryAfter() != tt.after {
			t.Errorf("%s: got %v, want %v", tt.name, asking, tt.after)
		}
	}
}

func TestListPartsOfNone(t *testing.T) {
	got, err := open(t, serve(t, say(200, partsXML(ours))).URL).ListParts(t.Context(), theRef())
	if err != nil || got.Count != 0 || !got.Newest.IsZero() || got.TimeUnknown || len(got.Fingerprint) != 32 {
		t.Errorf("got %+v, %v", got, err)
	}
}

func TestPromise2_APartWithoutATimeIsUnknown(t *testing.T) {
	for _, stamp := range []string{"", "2024-03-01T00:00:00", "yesterday", "0001-01-01T00:00:00Z"} {
		got, err := open(t, serve(t, say(200, partsXML(ours, "1 1 "+day, "2 1 "+stamp))).URL).ListParts(t.Context(), theRef())
		if err != nil || !got.TimeUnknown || got.Count != 2 {
			t.Errorf("%q: got %+v, %v", stamp, got, err)
		}
	}
}

// The answer's own bucket, key and id must be ours on every page.
func TestPromise3_AForeignAnswerIsTold(t *testing.T) {
	const encoded = "<Encoding-Type>url</Encoding-Type>"
	tests := []struct {
		name, key, head string
		foreign         bool
	}{
		{"ours", "k", ours, false},
		{"no bucket told", "k", "<Key>k</Key><UploadId>u</UploadId>", false},
		{"another bucket", "k", "<Bucket>c</Bucket><Key>k</Key><UploadId>u</UploadId>", true},
		{"another key", "k", "<Bucket>b</Bucket><Key>k2</Key><UploadId>u</UploadId>", true},
		{"another id", "k", "<Bucket>b</Bucket><Key>k</Key><UploadId>v</UploadId>", true},
		{"no key", "k", "<Bucket>b</Bucket><UploadId>u</UploadId>", true},
		{"no id", "k", "<Bucket>b</Bucket><Key>k</Key>", true},
		{"encoded", "a b/中", encoded + "<Key>a%20b%2F%E4%B8%AD</Key><UploadId>u</UploadId>", false},
		{"encoded with plus", "a b", encoded + "<Key>a+b</Key><UploadId>u</UploadId>", false},
		{"encoded, and another key as written", "a%20b", encoded + "<Key>a%20b</Key><UploadId>u</UploadId>", true},
		{"encoding echoed only", "a/中", encoded + "<Key>a/中</Key><UploadId>u</UploadId>", false},
		{"not encoded", "a%20b", "<Key>a%20b</Key><UploadId>u</UploadId>", false},
		{"encoded without a word", "a b", "<Key>a+b</Key><UploadId>u</UploadId>", true},
		{"decoded once too often", "a%20b", "<Key>a b</Key><UploadId>u</UploadId>", true},
		{"a plus is no space", "a+b", encoded + "<Key>a+b</Key><UploadId>u</UploadId>", true},
	}
	for _, tt := range tests {
		s := serve(t, say(200, partsXML(tt.head, "1 1 "+day)))
		got, err := open(t, s.URL).ListParts(t.Context(), engine.Ref{Bucket: "b", Key: tt.key, ID: "u"})
		if err != nil || got.Foreign != tt.foreign {
			t.Errorf("%s: got %+v, %v; want foreign %t", tt.name, got, err, tt.foreign)
		}
	}
	// Also when only a later page is.
	s := serve(t, say(200, partsXML(ours+truncated, "1 1 "+day)), say(200, partsXML("<Key>x</Key><UploadId>u</UploadId>", "2 1 "+day)))
	if got, err := open(t, s.URL).ListParts(t.Context(), theRef()); err != nil || !got.Foreign {
		t.Errorf("second page: got %+v, %v", got, err)
	}
}

func TestListPartsFingerprint(t *testing.T) {
	fingerprint := func(parts ...string) string {
		t.Helper()
		got, err := open(t, serve(t, say(200, partsXML(ours, parts...))).URL).ListParts(t.Context(), theRef())
		if err != nil {
			t.Fatal(err)
		}
		return got.Fingerprint
	}
	base := fingerprint("1 10 2024-03-01T00:00:00Z", "2 20 2024-03-01T00:00:00Z")
	if again := fingerprint("1 10 2024-03-01T08:00:00.000+08:00", "2 20 2024-03-01T00:00:00Z"); again != base {
		t.Error("the same instant in another zone changes it")
	}
	for name, other := range map[string]string{
		"number":    fingerprint("1 10 2024-03-01T00:00:00Z", "3 20 2024-03-01T00:00:00Z"),
		"size":      fingerprint("1 10 2024-03-01T00:00:00Z", "2 21 2024-03-01T00:00:00Z"),
		"time":      fingerprint("1 10 2024-03-01T00:00:00Z", "2 20 2024-03-01T00:00:01Z"),
		"unknown":   fingerprint("1 10 2024-03-01T00:00:00Z", "2 20 later"),
		"one fewer": fingerprint("1 10 2024-03-01T00:00:00Z"),
	} {
		if other == base {
			t.Errorf("another %s does not change it", name)
		}
	}
}

// A store that always has one part more comes to an end all the same.
func TestAnEndlessListOfPartsEnds(t *testing.T) {
	s := serve(t, func(w http.ResponseWriter, r *http.Request) {
		last, _ := strconv.Atoi(r.URL.Query().Get("part-number-marker"))
		page := make([]string, 1000)
		for i := range page {
			page[i] = fmt.Sprintf("%d 1 %s", last+1+i, day)
		}
		say(200, partsXML(ours+truncated, page...))(w, r)
	})
	_, err := open(t, s.URL).ListParts(t.Context(), theRef())
	if n := len(s.asked()); err == nil || !strings.Contains(err.Error(), "10001") || n != 11 {
		t.Errorf("%d requests, %v", n, err)
	}
}

func TestListPartsOfTheLargestParts(t *testing.T) {
	got, err := open(t, serve(t, say(200, partsXML(ours, "9999 5497558138880 "+day, "10000 5497558138880 "+day))).URL).ListParts(t.Context(), theRef())
	if err != nil || got.Bytes != 2*5497558138880 {
		t.Errorf("got %+v, %v", got, err)
	}
}

func TestListPartsErrors(t *testing.T) {
	tests := map[string]struct{ body, want string }{
		"not growing":       {partsXML(ours+truncated+"<NextPartNumberMarker>1</NextPartNumberMarker>", "1 1 "+day), "part 1 comes after part 1"},
		"marker backwards":  {partsXML(ours+truncated+"<NextPartNumberMarker>-1</NextPartNumberMarker>", "1 1 "+day), "does not advance"},
		"empty, truncated":  {partsXML(ours + truncated), "empty page of parts"},
		"twice":             {partsXML(ours, "1 1 "+day, "1 1 "+day), "part 1 comes after part 1"},
		"out of order":      {partsXML(ours, "2 1 "+day, "1 1 "+day), "part 1 comes after part 2"},
		"no number":         {partsXML(ours, "x 1 "+day), "no number"},
		"negative size":     {partsXML(ours, "1 -1 "+day), "no size"},
		"too large":         {partsXML(ours, "1 5497558138881 "+day), "part 1 has a size of 5497558138881 bytes"},
		"sum that wraps":    {partsXML(ours, "1 9223372036854775807 "+day, "2 9223372036854775807 "+day), "part 1 has a size of"},
		"too high a number": {partsXML(ours, "10000 1 "+day, "10001 1 "+day), "no part has a number over 10000"},
		"no IsTruncated":    {"<ListPartsResult>" + ours + "</ListPartsResult>", "IsTruncated"},
		"cut":               {partsXML(ours, "1 1 "+day)[:120], "ends in the middle"},
		"web page":          {"<!doctype html><p>hello", "S3 endpoint"},
	}
	for name, tt := range tests {
		_, err := open(t, serve(t, say(200, tt.body)).URL).ListParts(t.Context(), theRef())
		if err == nil || !strings.Contains(err.Error(), tt.want) || errors.Is(err, engine.ErrTemporary) {
			t.Errorf("%s: got %v, want %q", name, err, tt.want)
		}
	}
	_, err := open(t, serve(t, fault(404, "NoSuchUpload")).URL).ListParts(t.Context(), theRef())
	if !errors.Is(err, engine.ErrNoSuchUpload) || errors.Is(err, engine.ErrNoSuchBucket) {
		t.Errorf("got %v", err)
	}
}
