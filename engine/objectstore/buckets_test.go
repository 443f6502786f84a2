package objectstore_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"
)

// bucketsXML writes a page of a bucket list.
func bucketsXML(extra string, names ...string) string {
	var b strings.Builder
	b.WriteString("<ListAllMyBucketsResult><Owner><ID>me</ID></Owner>" + extra + "<Buckets>")
	for _, name := range names {
		b.WriteString("<Bucket><Name>" + name + "</Name></Bucket>")
	}
	return b.String() + "</Buckets></ListAllMyBucketsResult>"
}

// A bucket that a cut list leaves out would be a bucket that no rule looks at.
func TestListBucketsReadsEveryPage(t *testing.T) {
	const cut, whole = "<IsTruncated>true</IsTruncated>", "<IsTruncated>false</IsTruncated>"
	marker := func(to string) string { return "<NextMarker>" + to + "</NextMarker>" }
	token := func(to string) string { return "<ContinuationToken>" + to + "</ContinuationToken>" }
	tests := []struct {
		name    string
		pages   []string
		queries []string // from the second page on
		want    string
		err     string
	}{
		{name: "one page that says nothing", pages: []string{bucketsXML("", "a", "b")}, want: "a b"},
		{name: "one page that says so", pages: []string{bucketsXML(whole+marker("b"), "a", "b")}, want: "a b"},
		{name: "none", pages: []string{bucketsXML("")}},
		{name: "markers", pages: []string{bucketsXML(cut+marker("b"), "a", "b"), bucketsXML(whole, "c")}, queries: []string{"marker=b"}, want: "a b c"},
		{name: "a marker alone", pages: []string{bucketsXML(marker("b"), "a", "b"), bucketsXML("", "c")}, queries: []string{"marker=b"}, want: "a b c"},
		{name: "the next page's first bucket as a marker", pages: []string{bucketsXML(cut+marker("c"), "a", "b"), bucketsXML(whole, "c")},
			queries: []string{"marker=b"}, want: "a b c"},
		{name: "an unsorted page's marker", pages: []string{bucketsXML(cut+marker("b"), "b", "a"), bucketsXML(whole, "c")}, queries: []string{"marker=b"}, want: "b a c"},
		{name: "tokens", pages: []string{bucketsXML(token("x/="), "a"), bucketsXML(token("y"), "b"), bucketsXML("", "c")},
			queries: []string{"continuation-token=x%2F%3D", "continuation-token=y"}, want: "a b c"},
		{name: "a bucket that comes twice", pages: []string{bucketsXML(cut+marker("b"), "a", "b"), bucketsXML(whole, "b", "c")}, queries: []string{"marker=b"}, want: "a b c"},
		{name: "cut off", pages: []string{bucketsXML(cut, "a")}, err: "the bucket list is cut off"},
		{name: "cut off on page two", pages: []string{bucketsXML(cut+marker("a"), "a"), bucketsXML(cut, "b")}, queries: []string{"marker=a"}, err: "the bucket list is cut off"},
		{name: "a page that repeats", pages: []string{bucketsXML(cut+marker("a"), "a"), bucketsXML(cut+marker("a"), "a")}, queries: []string{"marker=a"}, err: "no bucket that was not there before"},
		{name: "an empty page before others", pages: []string{bucketsXML(token("x"))}, err: "no bucket that was not there before"},
		{name: "unreadable", pages: []string{bucketsXML("<IsTruncated>perhaps</IsTruncated>", "a")}, err: `IsTruncated is "perhaps"`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var answers []http.HandlerFunc
			for _, page := range tt.pages {
				answers = append(answers, say(200, page))
			}
			s := serve(t, answers...)
			buckets, err := open(t, s.URL).ListBuckets(t.Context())
			if tt.err == "" && err != nil || tt.err != "" && (err == nil || !strings.Contains(err.Error(), tt.err)) {
				t.Errorf("got %v, want %q", err, tt.err)
			}
			var names, queries []string
			for _, b := range buckets {
				names = append(names, b.Name)
			}
			for _, r := range s.asked()[1:] {
				queries = append(queries, r.URL.RawQuery)
			}
			if got := strings.Join(names, " "); got != tt.want || !slices.Equal(queries, tt.queries) {
				t.Errorf("got %q by %q, want %q by %q", got, queries, tt.want, tt.queries)
			}
		})
	}
}
