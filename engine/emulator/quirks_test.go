package emulator

import (
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"
	"time"

	"offcut/engine/emulator/switches"
	"offcut/engine/ks3"
)

// quirkUploads are in the order of keys; of ids and of ages they have others.
// The first has a part that came an hour ago.
func quirkUploads() []SeedUpload {
	return []SeedUpload{
		{Key: "a", ID: "2", Age: 10 * time.Hour, Parts: []SeedPart{{Number: 3, Size: 7, Age: time.Hour}}},
		{Key: "a", ID: "4", Age: 30 * time.Hour},
		{Key: "a", ID: "6", Age: 20 * time.Hour, Initiator: "sub"},
		{Key: "a/", ID: "1", Age: 5 * time.Hour},
		{Key: "b\x01 c", ID: "3", Age: 40 * time.Hour},
	}
}

// openQuirked starts a server with quirkUploads in the bucket "lies".
func openQuirked(t testing.TB, set switches.Set) *Server {
	t.Helper()
	s := openAt(t, testNow())
	if err := s.CreateBucket("empty", ""); err != nil {
		t.Fatal(err)
	}
	seedInto(t, s, "lies", quirkUploads())
	if err := s.Switches().Replace(set); err != nil {
		t.Fatal(err)
	}
	return s
}

func seedInto(t testing.TB, s *Server, bucket string, uploads []SeedUpload) {
	t.Helper()
	err := s.Seed(t.Context(), func(yield func(SeedUpload) bool) {
		for _, u := range uploads {
			u.Bucket = bucket
			if !yield(u) {
				return
			}
		}
	})
	if err != nil {
		t.Fatal(err)
	}
}

// outline writes what a listing says: the ids in their order, and where the page
// says that the next one begins. The errors it names by status and code.
func outline(w *httptest.ResponseRecorder) string {
	body := w.Body.String()
	if w.Code != 200 {
		return strconv.Itoa(w.Code) + " " + between(body, "<Code>", "<")
	}
	var ids []string
	for _, entry := range strings.Split(body, "<Upload>")[1:] {
		ids = append(ids, between(entry, "<UploadId>", "<"))
	}
	text := strings.Join(ids, "")
	if strings.Contains(body, "<IsTruncated>true<") {
		text += " then " + between(body, "<NextKeyMarker>", "<") + ":" + between(body, "<NextUploadIdMarker>", "<")
	}
	return text
}

type quirkTest struct {
	quirk   switches.Quirks
	query   string // of the listing of the bucket "lies"
	outline string // the lie, where it is in the outline
	honest  string // the outline without the quirk; as the lie when empty
	lie     string // in the body, with the quirk only
	truth   string // in the body, without the quirk only
}

func orderQuirks() []quirkTest {
	type q = switches.Quirks
	return []quirkTest{
		{quirk: q{Order: "reversed-ids"}, outline: "64213", honest: "24613"},
		{quirk: q{Order: "reversed-ids"}, query: "max-uploads=2", outline: "64 then a:4", honest: "24 then a:4"},
		{quirk: q{Order: "reversed-ids"}, query: "key-marker=a&upload-id-marker=4", outline: "213", honest: "613"},
		{quirk: q{Order: "reversed-ids"}, query: "key-marker=a", outline: "13"},
		{quirk: q{Order: "reversed-ids"}, query: "key-marker=a/&delimiter=/", outline: "3"},
		{quirk: q{Order: "upload-id"}, outline: "12346", honest: "24613"},
		{quirk: q{Order: "upload-id"}, query: "upload-id-marker=2", outline: "346", honest: "24613"},
		{quirk: q{Order: "upload-id"}, query: "key-marker=a", outline: "246", honest: "13"},
		{quirk: q{Order: "created"}, outline: "34621", honest: "24613"},
		{quirk: q{Order: "created"}, query: "prefix=a&max-uploads=1&key-marker=a&upload-id-marker=4", outline: "6 then a:6"},
		{quirk: q{Order: "created"}, query: "key-marker=a&upload-id-marker=9", outline: "", honest: "13"},
	}
}

func pagingQuirks() []quirkTest {
	type q = switches.Quirks
	return []quirkTest{
		{quirk: q{Paging: "one-page"}, query: "max-uploads=1&key-marker=a", outline: "24613", honest: "1 then a/:1"},
		{quirk: q{Paging: "uncapped"}, query: "max-uploads=5000", outline: "24613", honest: "400 InvalidArgument", lie: "<MaxUploads>5000<"},
		{quirk: q{Paging: "uncapped"}, query: "max-uploads=0", outline: "400 InvalidArgument"},
		{quirk: q{Prefix: "exact-key"}, query: "prefix=a", outline: "246", honest: "2461"},
		{quirk: q{Prefix: "exact-key"}, query: "prefix=b", outline: "", honest: "3"},
		{quirk: q{NextMarkers: "empty"}, query: "max-uploads=2", outline: "24 then :", honest: "24 then a:4", lie: "<NextKeyMarker></NextKeyMarker>"},
		{quirk: q{NextMarkers: "first-of-next"}, query: "max-uploads=3", outline: "246 then a/:1", honest: "246 then a:6"},
		{quirk: q{NextMarkers: "first-of-next"}, query: "max-uploads=1&delimiter=/&key-marker=a&upload-id-marker=6", outline: "6 then a/:", honest: " then a/:"},
		{quirk: q{NextMarkers: "first-of-next"}, query: "key-marker=a/", outline: "13", honest: "3"},
		{quirk: q{NextMarkers: "first-of-next"}, query: "key-marker=a&upload-id-marker=4", outline: "4613", honest: "613"},
		{quirk: q{NextMarkers: "id-only"}, query: "max-uploads=2", outline: "24 then :4", honest: "24 then a:4", truth: "<NextKeyMarker>"},
		{quirk: q{IDMarker: "refused"}, query: "key-marker=a&upload-id-marker=2", outline: "400 InvalidArgument", honest: "4613"},
		{quirk: q{IDMarker: "refused"}, query: "key-marker=a", outline: "13"},
		{quirk: q{IDMarker: "same-key-only"}, query: "key-marker=a&upload-id-marker=2", outline: "46", honest: "4613"},
		{quirk: q{IDMarker: "same-key-only"}, query: "prefix=b&key-marker=a&upload-id-marker=2", outline: "", honest: "3"},
		{quirk: q{AbortedMarker: "ends"}, query: "key-marker=a&upload-id-marker=3", outline: "", honest: "4613"},
		{quirk: q{AbortedMarker: "ends"}, query: "key-marker=a&upload-id-marker=4", outline: "613"},
		{quirk: q{FullLastPage: "truncated"}, query: "max-uploads=5", outline: "24613 then b\uFFFD c:3", honest: "24613"},
		{quirk: q{FullLastPage: "truncated"}, query: "max-uploads=6", outline: "24613"},
		{quirk: q{NoUploads: "404"}, query: "prefix=none", outline: ""},
	}
}

func wordingQuirks() []quirkTest {
	type q = switches.Quirks
	const url, all = "encoding-type=url", "24613"
	return []quirkTest{
		{quirk: q{URLEncoding: "echoed"}, query: url, outline: all, lie: "\uFFFD c</Key>", truth: "<Key>b%01%20c</Key>"},
		{quirk: q{URLEncoding: "ignored"}, query: url, outline: all, lie: "\uFFFD c</Key>", truth: "<Encoding-Type>url<"},
		{quirk: q{EncodingElement: "plain"}, query: url, outline: all, lie: "<EncodingType>url<", truth: "<Encoding-Type>"},
		{quirk: q{EncodingElement: "both"}, query: url, outline: all, lie: "</Encoding-Type><EncodingType>url<"},
		{quirk: q{ControlChars: "raw"}, outline: all, lie: "<Key>b\x01 c</Key>", truth: "<Key>b\uFFFD c</Key>"},
		{quirk: q{Namespace: "ns2"}, lie: `<ns2:ListMultipartUploadsResult xmlns:ns2="http://s3.amazonaws.com/doc/2006-03-01/"><ns2:Bucket>lies</ns2:Bucket>`, honest: all},
		{quirk: q{Namespace: "ns2"}, lie: `</Initiated></ns2:Upload></ns2:ListMultipartUploadsResult>`, honest: all},
		{quirk: q{Initiated: "missing"}, outline: all, truth: "<Initiated>"},
		{quirk: q{Initiated: "moves"}, query: "max-uploads=1", outline: "2 then a:2", lie: "<Initiated>2026-03-01T11:00:00.000Z<", truth: "<Initiated>2026-03-01T02:00:00.000Z<"},
		{quirk: q{Initiated: "moves"}, query: "prefix=a/", outline: "1"},
		{quirk: q{Initiated: "2010"}, outline: all, lie: "<Initiated>2010-11-10T20:48:33.000Z<", truth: "<Initiated>2026"},
		{quirk: q{Instants: "beijing"}, query: "prefix=a/", outline: "1", lie: "<Initiated>2026-03-01T15:00:00.000+08:00<", truth: "<Initiated>2026-03-01T07:00:00.000Z<"},
		{quirk: q{StorageClass: "empty"}, outline: all, lie: "<StorageClass></StorageClass>", truth: "STANDARD"},
		{quirk: q{People: "empty"}, outline: all, lie: "<Initiator><ID></ID><DisplayName></DisplayName></Initiator><Owner><ID></ID>", truth: "<ID>sub</ID>"},
		{quirk: q{People: "decimal"}, outline: all, lie: "<Owner><ID>1</ID>", truth: "<Owner><ID>MQ==</ID>"},
	}
}

func TestQuirksOfListings(t *testing.T) {
	tests := append(append(orderQuirks(), pagingQuirks()...), wordingQuirks()...)
	s := openQuirked(t, switches.Set{})
	for _, tt := range tests {
		if tt.honest == "" && tt.outline != "" {
			tt.honest = tt.outline
		}
		for _, lies := range []bool{true, false} {
			set, want, has, lacks := switches.Set{Quirks: tt.quirk}, tt.outline, tt.lie, tt.truth
			if !lies {
				set, want, has, lacks = switches.Set{}, tt.honest, tt.truth, tt.lie
			}
			if err := s.Switches().Replace(set); err != nil {
				t.Fatal(err)
			}
			w := signed(t, s, "GET /lies?uploads&"+tt.query, "localhost", "")
			body := w.Body.String()
			if got := outline(w); got != want || !strings.Contains(body, has) || lacks != "" && strings.Contains(body, lacks) {
				t.Errorf("%+v, %q: %q, want %q, with %q and without %q:\n%s", set.Quirks, tt.query, got, want, has, lacks, body)
			}
		}
	}
}

// The client of the other dialect reads the plain name, and is told both.
func TestEncodingElementByDialect(t *testing.T) {
	s := openQuirked(t, switches.Set{})
	for quirk, want := range map[string]string{
		"": "<Encoding-Type>url</Encoding-Type><EncodingType>url</EncodingType>", "hyphen": "<Encoding-Type>url</Encoding-Type><Max",
	} {
		if err := s.Switches().Replace(switches.Set{Quirks: switches.Quirks{EncodingElement: quirk}}); err != nil {
			t.Fatal(err)
		}
		body := signedV4(t, s, "GET /lies?encoding-type=url&uploads=", "localhost", "", ks3.UnsignedPayload).Body.String()
		if !strings.Contains(body, want) {
			t.Errorf("%q: %s lacks %s", quirk, body, want)
		}
	}
}

func TestQuirksOfListParts(t *testing.T) {
	tests := []struct {
		quirk            switches.Quirks
		line, lie, truth string
	}{
		{switches.Quirks{Instants: "beijing"}, "a?uploadId=2", "<LastModified>2026-03-01T19:00:00.000+08:00<", "<LastModified>2026-03-01T11:00:00.000Z<"},
		{switches.Quirks{StorageClass: "empty"}, "a?uploadId=2", "<StorageClass></StorageClass>", "STANDARD"},
		{switches.Quirks{People: "empty"}, "a?uploadId=6", "<Owner><ID></ID>", "<Initiator><ID>sub<"},
		{switches.Quirks{People: "decimal"}, "a?uploadId=6", "<Owner><ID>1<", "<Owner><ID>MQ==<"},
		{switches.Quirks{Namespace: "ns2"}, "a?uploadId=2", "<ns2:Part><PartNumber>3</PartNumber>", "<Part>"},
		{switches.Quirks{ListGone: "empty"}, "a?uploadId=9", "<IsTruncated>false</IsTruncated></ListPartsResult>", "<Code>NoSuchUpload<"},
		{switches.Quirks{URLEncoding: "echoed"}, "b%01%20c?uploadId=3&encoding-type=url", " c</Key><UploadId>3</UploadId><Encoding-Type>url<", "%20c</Key>"},
		{switches.Quirks{URLEncoding: "ignored"}, "b%01%20c?uploadId=3&encoding-type=url", " c</Key><UploadId>3</UploadId><Initiator>", "<Encoding-Type>"},
		{switches.Quirks{ControlChars: "raw"}, "b%01%20c?uploadId=3", "<Key>b\x01 c<", "<Key>b\uFFFD c<"},
		{switches.Quirks{NoUploads: "404"}, "empty?uploads", "<Code>NoSuchUpload<", "<IsTruncated>false<"},
	}
	s := openQuirked(t, switches.Set{})
	for _, tt := range tests {
		for _, set := range []switches.Set{{Quirks: tt.quirk}, {}} {
			if err := s.Switches().Replace(set); err != nil {
				t.Fatal(err)
			}
			line, has, lacks := "GET /lies/"+tt.line, tt.lie, tt.truth
			if strings.HasSuffix(tt.line, "?uploads") {
				line = "GET /" + tt.line
			}
			if set.Quirks == (switches.Quirks{}) {
				has, lacks = lacks, has
			}
			body := signed(t, s, line, "localhost", "").Body.String()
			if !strings.Contains(body, has) || strings.Contains(body, lacks) {
				t.Errorf("%+v, %s: want %q and no %q:\n%s", set.Quirks, line, has, lacks, body)
			}
		}
	}
}

func TestControlCharactersAreKeptBetweenOtherText(t *testing.T) {
	d := xmlDoc{style: xmlStyle{raw: true}}
	escapeXML(&d, "<\x00>\xff\n&夜\uFFFF")
	if want := "&lt;\x00&gt;\xff&#xA;&amp;夜\uFFFF"; string(d.b) != want {
		t.Errorf("%q, want %q", d.b, want)
	}
}
