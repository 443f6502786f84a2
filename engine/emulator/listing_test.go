package emulator

import (
	"cmp"
	"context"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	bolt "go.etcd.io/bbolt"
	"pgregory.net/rapid"

	"offcut/engine/ks3"
)

// A listed upload, or the group that it belongs to.
type listed struct{ key, id string }

// Keys of few bytes, so that prefixes, escapes and ends meet often.
func keys() *rapid.Generator[string] {
	alphabet := rapid.SampledFrom([]byte{0, 1, 2, 0xFE, 0xFF, 'a', '/'})
	return rapid.Map(rapid.SliceOfN(alphabet, 1, 6), func(b []byte) string { return string(b) })
}

// Rows sort as their keys do, and give them back.
func TestRowsKeepTheOrderOfKeys(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a := listed{keys().Draw(t, "key a"), keys().Draw(t, "id a")}
		b := listed{keys().Draw(t, "key b"), keys().Draw(t, "id b")}
		rowA, rowB := uploadKey("bkt", a.key, a.id), uploadKey("bkt", b.key, b.id)
		want := cmp.Or(cmp.Compare(a.key, b.key), cmp.Compare(a.id, b.id))
		if got := strings.Compare(string(rowA), string(rowB)); got != want {
			t.Fatalf("%q and %q compare %d, their rows %d", a, b, want, got)
		}
		key, id, err := splitRow(rowA, appendScope(nil, "bkt"))
		if err != nil || string(key) != a.key || string(id) != a.id {
			t.Fatalf("%q came back as %q, %q, %v", a, key, id, err)
		}
		if strings.HasPrefix(a.key, b.key) != hasPrefix(rowA, scopeKey("bkt", b.key)) {
			t.Fatalf("prefix %q of %q", b.key, a.key)
		}
	})
}

// Every page is what sorting the whole bucket and cutting it would give.
func TestListingAgainstAModel(t *testing.T) {
	s := openAt(t, testNow())
	buckets := 0
	rapid.Check(t, func(t *rapid.T) {
		all := drawUploads(t)
		buckets++
		// Its neighbour's name begins with its own.
		name := fmt.Sprintf("bucket-%d", buckets)
		for _, b := range []string{name, name + "-x"} {
			if err := s.CreateBucket(b, ""); err != nil {
				t.Fatal(err)
			}
			err := s.Seed(context.Background(), func(yield func(SeedUpload) bool) {
				for _, u := range all {
					if !yield(SeedUpload{Bucket: b, Key: u.key, ID: u.id}) {
						return
					}
				}
			})
			if err != nil {
				t.Fatal(err)
			}
		}
		prefix := rapid.SampledFrom([]string{"", "a", "a/", "\x00", "\xff", "/"}).Draw(t, "prefix")
		delimiter := rapid.SampledFrom([]string{"", "", "/", "a", "\x00"}).Draw(t, "delimiter")
		limit := rapid.IntRange(1, 5).Draw(t, "limit")
		var got []listed
		var marker listed
		for range len(all) + 2 {
			page, next, more := readPage(t, s, name, listing{prefix, delimiter, marker, limit})
			if len(page) > limit || more && len(page) < limit {
				t.Fatalf("a page of %d, more %v; %d were asked for", len(page), more, limit)
			}
			got = append(got, page...)
			if !more {
				break
			}
			marker = next
		}
		if want := model(all, prefix, delimiter); !slices.Equal(got, want) {
			t.Fatalf("prefix %q, delimiter %q, pages of %d:\n got %q\nwant %q", prefix, delimiter, limit, got, want)
		}
	})
}

func drawUploads(t *rapid.T) []listed {
	seen := map[listed]bool{}
	var all []listed
	for range rapid.IntRange(0, 20).Draw(t, "uploads") {
		u := listed{keys().Draw(t, "key"), rapid.StringMatching("[a-c]{1,2}").Draw(t, "id")}
		if !seen[u] {
			seen[u] = true
			all = append(all, u)
		}
	}
	return all
}

func model(all []listed, prefix, delimiter string) []listed {
	sorted := slices.Clone(all)
	slices.SortFunc(sorted, func(a, b listed) int { return cmp.Or(cmp.Compare(a.key, b.key), cmp.Compare(a.id, b.id)) })
	var out []listed
	for _, u := range sorted {
		rest, ok := strings.CutPrefix(u.key, prefix)
		if !ok {
			continue
		}
		if before, _, grouped := strings.Cut(rest, delimiter); grouped && delimiter != "" {
			u = listed{key: prefix + before + delimiter}
		}
		if len(out) == 0 || out[len(out)-1] != u {
			out = append(out, u)
		}
	}
	return out
}

// A listing is what one page is asked for.
type listing struct {
	prefix, delimiter string
	marker            listed
	limit             int
}

// readPage makes a page's document and reads it with plain string cutting.
func readPage(t *rapid.T, s *Server, name string, l listing) (page []listed, next listed, more bool) {
	c := &call{Server: s, home: bucket{name: name, owner: "1"}, dialect: ks3.Native, set: s.board.Set()}
	c.bucket, c.query = name, url.Values{
		"uploads": {""}, "encoding-type": {"url"}, "max-uploads": {fmt.Sprint(l.limit)}, "prefix": {l.prefix},
		"delimiter": {l.delimiter}, "key-marker": {l.marker.key}, "upload-id-marker": {l.marker.id},
	}
	p, err := c.readUploads()
	if err != nil {
		t.Fatal(err)
	}
	body := string(c.uploadsDocument(p).end())
	decode := func(text string) string {
		key, err := url.PathUnescape(text)
		if err != nil {
			t.Fatal(err)
		}
		return key
	}
	for _, entry := range strings.Split(body, "<Upload>")[1:] {
		page = append(page, listed{decode(between(entry, "<Key>", "<")), between(entry, "<UploadId>", "<")})
	}
	for _, entry := range strings.Split(body, "<CommonPrefixes>")[1:] {
		page = append(page, listed{key: decode(between(entry, "<Prefix>", "<"))})
	}
	slices.SortStableFunc(page, func(a, b listed) int { return cmp.Compare(a.key, b.key) })
	next = listed{decode(between(body, "<NextKeyMarker>", "<")), between(body, "<NextUploadIdMarker>", "<")}
	return page, next, strings.Contains(body, "<IsTruncated>true<")
}

func TestMarkers(t *testing.T) {
	s := openAt(t, testNow())
	err := s.Seed(t.Context(), func(yield func(SeedUpload) bool) {
		for _, u := range []listed{{"a", "1"}, {"a", "2"}, {"a", "3"}, {"a/", "1"}, {"b", "1"}} {
			if !yield(SeedUpload{Bucket: "marked", Key: u.key, ID: u.id, Age: time.Hour}) {
				return
			}
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	tests := []struct{ query, want string }{
		{"", "a1 a2 a3 a/1 b1"},
		{"&key-marker=a", "a/1 b1"},
		{"&key-marker=a&upload-id-marker=1", "a2 a3 a/1 b1"},
		{"&key-marker=a&upload-id-marker=2", "a3 a/1 b1"},
		{"&key-marker=a&upload-id-marker=25", "a3 a/1 b1"},
		{"&key-marker=a&upload-id-marker=9", "a/1 b1"},
		{"&upload-id-marker=2", "a1 a2 a3 a/1 b1"},
		{"&key-marker=0", "a1 a2 a3 a/1 b1"},
		{"&key-marker=b", ""},
		{"&prefix=b&key-marker=a", "b1"},
		{"&prefix=a/&key-marker=b", ""},
		{"&prefix=none", ""},
	}
	for _, tt := range tests {
		body := signed(t, s, "GET /marked?uploads"+tt.query, "localhost", "").Body.String()
		var got []string
		for _, entry := range strings.Split(body, "<Upload>")[1:] {
			got = append(got, between(entry, "<Key>", "<")+between(entry, "<UploadId>", "<"))
		}
		if strings.Join(got, " ") != tt.want {
			t.Errorf("%s: %v, want %s", tt.query, got, tt.want)
		}
	}
}

func TestListUploadsAnswer(t *testing.T) {
	s := openAt(t, testNow())
	w := signed(t, s, "GET /?uploads&prefix=dir/my%20&encoding-type=url", bucketHost, "")
	want := xmlDeclaration + `<ListMultipartUploadsResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Bucket>my-bucket</Bucket>` +
		`<KeyMarker></KeyMarker><UploadIdMarker></UploadIdMarker><Prefix>dir/my%20</Prefix><Encoding-Type>url</Encoding-Type>` +
		`<MaxUploads>1000</MaxUploads><IsTruncated>false</IsTruncated><Upload><Key>dir/my%20video.mp4</Key><UploadId>` + vectorID + `</UploadId>` +
		`<Initiator><ID>MQ==</ID><DisplayName>vector</DisplayName></Initiator><Owner><ID>MQ==</ID><DisplayName>vector</DisplayName></Owner>` +
		`<StorageClass>STANDARD</StorageClass><Initiated>2026-03-01T11:00:00.000Z</Initiated></Upload></ListMultipartUploadsResult>`
	if w.Body.String() != want {
		t.Errorf("\n got %s\nwant %s", w.Body, want)
	}
	w = signedV4(t, s, "GET /?encoding-type=url&uploads=", bucketHost, "", ks3.UnsignedPayload)
	if !strings.Contains(w.Body.String(), "<EncodingType>url</EncodingType>") {
		t.Errorf("to an AWS client: %s", w.Body)
	}
}

func TestInitiatorsAreListed(t *testing.T) {
	s := openAt(t, testNow())
	err := s.Seed(t.Context(), func(yield func(SeedUpload) bool) {
		_ = yield(SeedUpload{Bucket: "my-bucket", Key: "by known", ID: "x", Initiator: "2"}) &&
			yield(SeedUpload{Bucket: "my-bucket", Key: "by other", ID: "x", Initiator: "sub-user<"})
	})
	if err != nil {
		t.Fatal(err)
	}
	for key, id := range map[string]string{"by%20known": "Mg==", "by%20other": "sub-user&lt;", "dir/my%20video.mp4": "MQ=="} {
		upload := "x"
		if id == "MQ==" {
			upload = vectorID
		}
		for _, line := range []string{"GET /?uploads&prefix=" + key, "GET /" + key + "?uploadId=" + upload} {
			body := signed(t, s, line, bucketHost, "").Body.String()
			if !strings.Contains(body, "<Initiator><ID>"+id+"</ID>") || !strings.Contains(body, "<Owner><ID>MQ==</ID><DisplayName>vector<") {
				t.Errorf("%s: %s", line, body)
			}
		}
	}
}

// A countingCursor counts the rows that are looked at.
type countingCursor struct {
	*bolt.Cursor
	steps int
}

func (c *countingCursor) Seek(row []byte) ([]byte, []byte) {
	c.steps++
	return c.Cursor.Seek(row)
}

func (c *countingCursor) Next() ([]byte, []byte) {
	c.steps++
	return c.Cursor.Next()
}

// A page costs what is on it: the rest of the bucket is never looked at.
func TestAPageCostsWhatIsOnIt(t *testing.T) {
	s := openAt(t, testNow())
	const uploads = 100_000
	err := s.Seed(t.Context(), func(yield func(SeedUpload) bool) {
		for i := range uploads {
			if !yield(SeedUpload{Bucket: "big", Key: fmt.Sprintf("%03d/%03d", i%1000, i/1000)}) {
				return
			}
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		query string
		limit int
	}{
		{"max-uploads=1000", 1000},
		{"max-uploads=1000&key-marker=500/050", 1000},
		{"max-uploads=7&prefix=900/", 7},
		{"max-uploads=10&delimiter=/", 10},
		{"max-uploads=10&delimiter=/&key-marker=990/", 9},
	} {
		q, err := url.ParseQuery(tt.query)
		if err != nil {
			t.Fatal(err)
		}
		c := &call{Server: s, home: bucket{name: "big", owner: "1"}, set: s.board.Set()}
		c.bucket, c.query = "big", q
		p, err := c.newUploadsPage()
		if err != nil {
			t.Fatal(err)
		}
		counted := &countingCursor{}
		err = s.store.view(func(t tables) error {
			counted.Cursor = t.uploads.Cursor()
			return p.read(counted)
		})
		if err != nil || p.count != tt.limit || counted.steps > tt.limit+1 {
			t.Errorf("%s: %d entries cost %d steps (%v)", tt.query, p.count, counted.steps, err)
		}
	}
}
