package emulator

import (
	"cmp"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"offcut/engine/ks3"
)

// storeObjects puts objects without bytes into a bucket of their own.
func storeObjects(t fataler, s *Server, bucket string, keys []string) {
	if err := s.CreateBucket(bucket, ""); err != nil {
		t.Fatal(err)
	}
	err := s.store.change(func(tb tables) error {
		for i, key := range keys {
			o := object{size: int64(i), modified: millis(s.now()), etag: "e", attributes: attributes{class: "STANDARD"}}
			if err := tb.objects.Put(objectKey(bucket, key), o.encode()); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// A fataler is a test of testing or of rapid.
type fataler interface{ Fatal(args ...any) }

// Pages of either version, joined, are what sorting the bucket would give.
func TestObjectListingAgainstAModel(t *testing.T) {
	s := openAt(t, testNow())
	buckets := 0
	rapid.Check(t, func(t *rapid.T) {
		buckets++
		name := fmt.Sprintf("objects-%d", buckets)
		all := rapid.SliceOfNDistinct(keys(), 0, 20, rapid.ID).Draw(t, "keys")
		storeObjects(t, s, name, all)
		storeObjects(t, s, name+"-x", all) // A neighbour whose name begins the same.
		prefix := rapid.SampledFrom([]string{"", "a", "a/", "\x00", "\xff", "/"}).Draw(t, "prefix")
		delimiter := rapid.SampledFrom([]string{"", "", "/", "a", "\x00", "/a"}).Draw(t, "delimiter")
		limit := rapid.IntRange(1, 5).Draw(t, "limit")
		var uploads []listed
		for _, key := range all {
			uploads = append(uploads, listed{key: key})
		}
		var want []string
		for _, entry := range model(uploads, prefix, delimiter) {
			want = append(want, entry.key)
		}
		for _, version := range []string{"1", "2"} {
			query := url.Values{
				"list-type": {version}, "encoding-type": {"url"}, "max-keys": {fmt.Sprint(limit)},
				"prefix": {prefix}, "delimiter": {delimiter},
			}
			if got := joinPages(t, s, name, query, len(all)+2); !slices.Equal(got, want) {
				t.Fatalf("version %s, prefix %q, delimiter %q, pages of %d:\n got %q\nwant %q", version, prefix, delimiter, limit, got, want)
			}
		}
	})
}

// joinPages follows a listing to its end, or for so many pages.
func joinPages(t *rapid.T, s *Server, bucket string, query url.Values, pages int) (all []string) {
	limit := query.Get("max-keys")
	for range pages {
		entries, body := readObjectsPage(t, s, bucket, query)
		more := strings.Contains(body, "<IsTruncated>true<")
		if n := fmt.Sprint(len(entries)); more && n != limit || len(entries) > 5 {
			t.Fatalf("a page of %s, more %v; %s were asked for", n, more, limit)
		}
		if count := between(body, "<KeyCount>", "<"); query.Get("list-type") == "2" && count != fmt.Sprint(len(entries)) {
			t.Fatalf("KeyCount is %s of %d", count, len(entries))
		}
		all = append(all, entries...)
		if !more {
			return all
		}
		marker, err := url.PathUnescape(between(body, "<NextMarker>", "<"))
		if err != nil {
			t.Fatal(err)
		}
		query.Set("marker", marker)
		query.Set("continuation-token", between(body, "<NextContinuationToken>", "<"))
	}
	return all
}

// readObjectsPage reads a page's document with plain string cutting.
func readObjectsPage(t fataler, s *Server, name string, query url.Values) (entries []string, body string) {
	c := &call{Server: s, home: homeOf(s, name), dialect: ks3.Native, set: s.board.Set()}
	c.bucket, c.query = name, query
	p, err := c.readObjects()
	if err != nil {
		t.Fatal(err)
	}
	body = string(c.objectsDocument(p).end())
	for _, cut := range [...][2]string{{"<Contents>", "<Key>"}, {"<CommonPrefixes>", "<Prefix>"}} {
		for _, entry := range strings.Split(body, cut[0])[1:] {
			key, err := url.PathUnescape(between(entry, cut[1], "<"))
			if err != nil {
				t.Fatal(err)
			}
			entries = append(entries, key)
		}
	}
	slices.SortFunc(entries, cmp.Compare[string])
	return entries, body
}

func TestObjectMarkers(t *testing.T) {
	s := openAt(t, testNow())
	storeObjects(t, s, "marked", []string{"a", "a/1", "a/2", "b", "c/1", "d"})
	for _, tt := range []struct {
		query string
		want  []string
	}{
		{"", []string{"a", "a/1", "a/2", "b", "c/1", "d"}},
		{"marker=a", []string{"a/1", "a/2", "b", "c/1", "d"}},
		{"marker=a0", []string{"b", "c/1", "d"}},
		{"delimiter=/", []string{"a", "a/", "b", "c/", "d"}},
		{"delimiter=/&marker=a", []string{"a/", "b", "c/", "d"}},
		{"delimiter=/&marker=a/", []string{"b", "c/", "d"}},
		{"delimiter=/&marker=a/1", []string{"a/", "b", "c/", "d"}},
		{"prefix=a/", []string{"a/1", "a/2"}},
		{"prefix=a/&marker=b", nil},
		{"prefix=c&marker=a", []string{"c/1"}},
		{"max-keys=0", nil},
		{"max-keys=5000", []string{"a", "a/1", "a/2", "b", "c/1", "d"}},
		// What the other version reads says nothing here.
		{"start-after=b", []string{"a", "a/1", "a/2", "b", "c/1", "d"}},
		{"list-type=2&marker=b", []string{"a", "a/1", "a/2", "b", "c/1", "d"}},
		{"list-type=2&start-after=b", []string{"c/1", "d"}},
		{"list-type=2&start-after=b&continuation-token=", []string{"c/1", "d"}},
		{"list-type=2&start-after=b&continuation-token=" + makeToken("a/1"), []string{"a/2", "b", "c/1", "d"}},
	} {
		query, err := url.ParseQuery(tt.query)
		if err != nil {
			t.Fatal(err)
		}
		if got, _ := readObjectsPage(t, s, "marked", query); !slices.Equal(got, tt.want) {
			t.Errorf("%s: %q, want %q", tt.query, got, tt.want)
		}
	}
}

func TestObjectListingAnswers(t *testing.T) {
	s := openAt(t, testNow())
	putBody(t, s, "/a%01", "data")
	entry := `<LastModified>2026-03-01T12:00:00.000Z</LastModified><ETag>&#34;8d777f385d3dfec8815d20f7496026dc&#34;</ETag><Size>4</Size>`
	owner := "<Owner><ID>MQ==</ID><DisplayName>" + s.user("1").Name + "</DisplayName></Owner>"
	tests := []struct{ query, want string }{
		{"encoding-type=url", "<Name>my-bucket</Name><Prefix></Prefix><Marker></Marker><MaxKeys>1000</MaxKeys><IsTruncated>false</IsTruncated><Encoding-Type>url</Encoding-Type>" +
			"<Contents><Key>a%01</Key>" + entry + owner + "<StorageClass>STANDARD</StorageClass></Contents></ListBucketResult>"},
		{"list-type=2", "<KeyCount>1</KeyCount><MaxKeys>1000</MaxKeys><IsTruncated>false</IsTruncated><Contents><Key>a\uFFFD</Key>" + entry + "<StorageClass>STANDARD</StorageClass>"},
		{"list-type=2&fetch-owner=true", owner},
		{"list-type=2&max-keys=9999", "<MaxKeys>1000</MaxKeys>"},
		{"list-type=2&continuation-token=", "<ContinuationToken></ContinuationToken>"},
		{"list-type=2&start-after=z&prefix=y&delimiter=x", "<Prefix>y</Prefix><StartAfter>z</StartAfter><KeyCount>0</KeyCount><MaxKeys>1000</MaxKeys><Delimiter>x</Delimiter>"},
		{"list-type=3", "<Code>InvalidArgument</Code>"},
		{"max-keys=-1", "<Code>InvalidArgument</Code>"},
		{"max-keys=x", "<Code>InvalidArgument</Code>"},
		{"encoding-type=x", "<Code>InvalidArgument</Code>"},
		{"list-type=2&fetch-owner=perhaps", "<Code>InvalidArgument</Code>"},
		{"list-type=2&continuation-token=x", "<Code>InvalidArgument</Code>"},
	}
	for _, tt := range tests {
		w := signed(t, s, "GET /?"+tt.query, bucketHost, "")
		if body := w.Body.String(); !strings.Contains(body, tt.want) || (w.Code == 200) == strings.HasPrefix(tt.want, "<Code>") {
			t.Errorf("%s: %d %s\nlacks %s", tt.query, w.Code, body, tt.want)
		}
	}
}

// A group of any size costs one step.
func TestAnObjectsPageCostsWhatIsOnIt(t *testing.T) {
	s := openAt(t, testNow())
	var all []string
	for i := range 3000 {
		all = append(all, fmt.Sprintf("%d/%04d", i%3, i))
	}
	storeObjects(t, s, "large", all)
	err := s.store.view(func(tb tables) error {
		count := &countingCursor{Cursor: tb.objects.Cursor()}
		p := scan{bucket: "large", delimiter: "/", limit: 10}
		groups := 0
		more, err := p.run(count, nil, nil, func(string) { groups++ })
		if more || groups != 3 || count.steps > 5 {
			t.Errorf("%d groups, more %v, in %d steps", groups, more, count.steps)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

func FuzzContinuationTokens(f *testing.F) {
	f.Add("", "key")
	f.Add(makeToken("a/b"), "\x00\xff")
	f.Add(makeToken("a/b")+"=", "")
	f.Fuzz(func(t *testing.T, token, last string) {
		if got, err := readToken(makeToken(last)); err != nil || got != last {
			t.Errorf("%q came back as %q, %v", last, got, err)
		}
		if got, err := readToken(token); err == nil && makeToken(got) != token {
			t.Errorf("the token %q was taken, and it is written %q", token, makeToken(got))
		}
	})
}
