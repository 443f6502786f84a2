package ks3

import "strings"

const upperHex = "0123456789ABCDEF"

// EscapeKey gives the path form of an object key: UTF-8 percent-encoding with
// upper-case digits, "A-Z a-z 0-9 - _ . ~ /" as they are. Slashes in a row are
// left alone; see EscapePath.
func EscapeKey(key string) string { return escape(key, true) }

// EscapePath gives the wire path of a native request. bucket is empty for
// virtual-hosted requests (and for the service itself), key for bucket
// requests. Two slashes in a row become "/%2F", as in the official SDKs, so that
// a key with a leading or a double slash survives. What it returns is exactly
// what is signed.
func EscapePath(bucket, key string) string {
	path := "/" + EscapeKey(key)
	if bucket != "" {
		path = "/" + EscapeKey(bucket) + path
	}
	return strings.ReplaceAll(path, "//", "/%2F")
}

// EscapeQuery gives the form of a query name or value that V4 signs: like
// EscapeKey, with the slash encoded too.
func EscapeQuery(s string) string { return escape(s, false) }

func escape(s string, slash bool) string {
	n := 0
	for i := range len(s) {
		if !plain(s[i], slash) {
			n++
		}
	}
	if n == 0 {
		return s
	}
	var b strings.Builder
	b.Grow(len(s) + 2*n)
	for i := range len(s) {
		if c := s[i]; plain(c, slash) {
			b.WriteByte(c)
		} else {
			b.Write([]byte{'%', upperHex[c>>4], upperHex[c&15]})
		}
	}
	return b.String()
}

// plain reports whether c goes into a path as it is.
func plain(c byte, slash bool) bool {
	switch {
	case 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z', '0' <= c && c <= '9':
		return true
	case c == '-', c == '_', c == '.', c == '~':
		return true
	}
	return c == '/' && slash
}
