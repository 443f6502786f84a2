package emulator

import (
	"bytes"
	"strings"
)

// A scan walks through the rows of one bucket in the order of their keys: those
// whose key has the prefix, as many as limit says. Keys that have the delimiter
// behind the prefix are visited as one group, which is their common beginning.
// It costs what it visits, wherever it begins and however large a group is.
type scan struct {
	bucket, prefix, delimiter string
	limit                     int
}

// run visits from the row start on. What entry is given lives as long as the
// transaction. more says that the scan ended at its limit, with rows left.
func (s scan) run(cursor rowCursor, start []byte, entry func(key, id, row []byte) error, group func(string)) (more bool, err error) {
	scope, within := appendScope(nil, s.bucket), scopeKey(s.bucket, s.prefix)
	if bytes.Compare(start, within) < 0 {
		start = within
	}
	k, v := cursor.Seek(start)
	for count := 0; hasPrefix(k, within); count++ {
		if count == s.limit {
			return true, nil
		}
		key, id, err := splitRow(k, scope)
		if err != nil {
			return false, err
		}
		if name := s.groupOf(string(key)); name != "" {
			group(name)
			next := successor(scopeKey(s.bucket, name))
			if next == nil {
				return false, nil
			}
			k, v = cursor.Seek(next)
			continue
		}
		if err := entry(key, id, v); err != nil {
			return false, err
		}
		k, v = cursor.Next()
	}
	return false, nil
}

// behind is the first row after a marker, which is a key or a group.
func (s scan) behind(marker string) []byte {
	switch {
	case marker == "":
		return nil
	case s.groupOf(marker) == marker:
		return successor(scopeKey(s.bucket, marker))
	}
	return afterKey(s.bucket, marker)
}

// groupOf gives the beginning of key up to the first delimiter behind the
// prefix, or nothing where the key is listed by itself.
func (s scan) groupOf(key string) string {
	rest, found := strings.CutPrefix(key, s.prefix)
	if s.delimiter == "" || !found {
		return ""
	}
	before, _, found := strings.Cut(rest, s.delimiter)
	if !found {
		return ""
	}
	return s.prefix + before + s.delimiter
}
