package ks3_test

import (
	"net/url"
	"strings"
	"testing"

	"offcut/engine/ks3"
)

func TestEscapePath(t *testing.T) {
	tests := []struct{ name, bucket, key, want string }{
		{"service", "", "", "/"},
		{"bucket in the path", "b", "", "/b/"},
		{"plain", "b", "dir/a.txt", "/b/dir/a.txt"},
		{"space and plus", "", "a b+c", "/a%20b%2Bc"},
		{"per cent", "", "100%25", "/100%2525"},
		{"star and tilde", "", "*~", "/%2A~"},
		{"leading slash, virtual", "", "/a", "/%2Fa"},
		{"leading slash, path", "b", "/a", "/b/%2Fa"},
		{"double slash", "b", "a//b", "/b/a/%2Fb"},
		{"three slashes", "b", "a///b", "/b/a/%2F/b"},
		{"trailing slashes", "b", "a//", "/b/a/%2F"},
		{"Chinese", "", "中", "/%E4%B8%AD"},
		{"newline", "", "a\nb", "/a%0Ab"},
		{"dots stay", "", "a/../b/./c", "/a/../b/./c"},
		{"not UTF-8", "", "\xff", "/%FF"},
	}
	for _, tt := range tests {
		if got := ks3.EscapePath(tt.bucket, tt.key); got != tt.want {
			t.Errorf("%s: got %s, want %s", tt.name, got, tt.want)
		}
	}
}

func FuzzEscapeKey(f *testing.F) {
	for _, key := range []string{"", "a b", "/a//b/", "100%2F", "中\n\x1b[31m", "\xff\xfe", "../.", "a+b*~"} {
		f.Add(key)
	}
	f.Fuzz(func(t *testing.T, key string) {
		escaped := ks3.EscapeKey(key)
		if back, err := url.PathUnescape(escaped); err != nil || back != key {
			t.Fatalf("%q became %q and came back as %q (%v)", key, escaped, back, err)
		}
		path := ks3.EscapePath("b", key)
		if back, err := url.PathUnescape(path); err != nil || back != "/b/"+key {
			t.Fatalf("%q became %q and came back as %q (%v)", key, path, back, err)
		}
		if strings.Contains(path, "//") {
			t.Fatalf("%q has two slashes in a row", path)
		}
		if back, err := url.QueryUnescape(ks3.EscapeQuery(key)); err != nil || back != key {
			t.Fatalf("%q came back from a query as %q (%v)", key, back, err)
		}
	})
}
