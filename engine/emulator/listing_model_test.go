package emulator

import (
	"cmp"
	"context"
	"fmt"
	"html"
	"net/url"
	"slices"
	"strings"
	"testing"

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

// Keys that XML can hold, some of them escaped.
func plainKeys() *rapid.Generator[string] {
	alphabet := rapid.SampledFrom([]string{"a", "b", "/", "&", "%", "夜", "\n"})
	return rapid.Map(rapid.SliceOfN(alphabet, 1, 6), func(parts []string) string { return strings.Join(parts, "") })
}

// Every page is what sorting the whole bucket and cutting it would give, in
// either dialect, with keys encoded or not.
func TestListingAgainstAModel(t *testing.T) {
	s := openAt(t, testNow())
	buckets := 0
	rapid.Check(t, func(t *rapid.T) {
		dialect := rapid.SampledFrom([]ks3.Dialect{ks3.Native, ks3.AWS}).Draw(t, "dialect")
		encoding, generator := "url", keys()
		if rapid.Bool().Draw(t, "plain") {
			encoding, generator = "", plainKeys()
		}
		all := drawUploads(t, generator)
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
			page, next, more := readPage(t, s, name, listing{prefix, delimiter, encoding, marker, limit, dialect})
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

func drawUploads(t *rapid.T, keys *rapid.Generator[string]) []listed {
	seen := map[listed]bool{}
	var all []listed
	for range rapid.IntRange(0, 20).Draw(t, "uploads") {
		u := listed{keys.Draw(t, "key"), rapid.StringMatching("[a-c]{1,2}").Draw(t, "id")}
		if !seen[u] {
			seen[u] = true
			all = append(all, u)
		}
	}
	return all
}

// Whoever aborts while listing misses nothing that stays, and sees nothing twice.
func TestListingWhileAborting(t *testing.T) {
	s := openAt(t, testNow())
	buckets := 0
	rapid.Check(t, func(t *rapid.T) {
		all := drawUploads(t, keys())
		buckets++
		name := fmt.Sprintf("aborting-%d", buckets)
		if err := s.CreateBucket(name, ""); err != nil {
			t.Fatal(err)
		}
		err := s.Seed(context.Background(), func(yield func(SeedUpload) bool) {
			for _, u := range all {
				if !yield(SeedUpload{Bucket: name, Key: u.key, ID: u.id}) {
					return
				}
			}
		})
		if err != nil {
			t.Fatal(err)
		}
		limit := rapid.IntRange(1, 5).Draw(t, "limit")
		aborted, seen := map[listed]bool{}, map[listed]bool{}
		var marker listed
		for more := true; more; {
			var page []listed
			page, marker, more = readPage(t, s, name, listing{marker: marker, limit: limit, encoding: "url", dialect: ks3.Native})
			for _, u := range page {
				if seen[u] || aborted[u] {
					t.Fatalf("%q is listed again, or although it is gone", u)
				}
				seen[u] = true
			}
			// Of the page or of those to come.
			for _, u := range all {
				if !aborted[u] && rapid.IntRange(0, 2).Draw(t, "abort") == 0 {
					aborted[u] = true
					dropListed(t, s, name, u)
				}
			}
		}
		for _, u := range all {
			if !seen[u] && !aborted[u] {
				t.Fatalf("%q was there all the time and is not listed", u)
			}
		}
	})
}

func dropListed(t *rapid.T, s *Server, bucket string, u listed) {
	err := s.store.change(func(t tables) error {
		found, err := t.mustHave(bucket, u.key, u.id)
		if err != nil {
			return err
		}
		_, err = t.dropUpload(uploadKey(bucket, u.key, u.id), found, nil)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
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
	prefix, delimiter, encoding string
	marker                      listed
	limit                       int
	dialect                     ks3.Dialect
}

// readPage makes a page's document and reads it with plain string cutting.
func readPage(t *rapid.T, s *Server, name string, l listing) (page []listed, next listed, more bool) {
	c := &call{Server: s, home: homeOf(s, name), dialect: l.dialect, set: s.board.Set()}
	c.bucket, c.query = name, url.Values{
		"uploads": {""}, "encoding-type": {l.encoding}, "max-uploads": {fmt.Sprint(l.limit)}, "prefix": {l.prefix},
		"delimiter": {l.delimiter}, "key-marker": {l.marker.key}, "upload-id-marker": {l.marker.id},
	}
	p, err := c.readUploads()
	if err != nil {
		t.Fatal(err)
	}
	body := string(c.uploadsDocument(p).end())
	decode := func(text string) string {
		if l.encoding == "" {
			return html.UnescapeString(text)
		}
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
