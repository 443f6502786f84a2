package emulator

import (
	"bytes"
	"encoding/binary"
	"errors"
)

// Rows are laid out so that a listing is an ordered scan of the database:
//
//	length of bucket (1 byte) | bucket | object key, escaped | 00 01 | upload id
//
// In an escaped key 00 becomes 00 FF, so that "00 01" ends the key and sorts
// before everything that a longer key could have in its place: rows sort by the
// bytes of the key, then by the bytes of the upload id.
const (
	zeroByte    = 0x00
	zeroEscaped = 0xFF
	keyEnd      = 0x01
	keyPastEnd  = 0x02 // sorts after every upload of the key, before every longer key
)

var errDamaged = errors.New("damaged row in the state file")

// appendScope writes the start of every row of a bucket.
func appendScope(dst []byte, bucket string) []byte {
	dst = append(dst, byte(len(bucket)))
	return append(dst, bucket...)
}

// appendEscaped writes an object key (or the beginning of one) in its ordered form.
func appendEscaped(dst []byte, key string) []byte {
	for i := range len(key) {
		dst = append(dst, key[i])
		if key[i] == zeroByte {
			dst = append(dst, zeroEscaped)
		}
	}
	return dst
}

// scopeKey is the start of all rows of bucket whose key begins with prefix.
func scopeKey(bucket, prefix string) []byte {
	dst := make([]byte, 0, len(bucket)+len(prefix)+2)
	return appendEscaped(appendScope(dst, bucket), prefix)
}

// objectKey is the row of an object.
func objectKey(bucket, key string) []byte {
	return append(scopeKey(bucket, key), zeroByte, keyEnd)
}

// uploadKey is the row of an upload.
func uploadKey(bucket, key, id string) []byte {
	return append(objectKey(bucket, key), id...)
}

// afterKey sorts after every upload of key and before the next key.
func afterKey(bucket, key string) []byte {
	return append(scopeKey(bucket, key), zeroByte, keyPastEnd)
}

// splitRow takes a row of a bucket apart. scope is appendScope of that bucket.
// The key is copied only if it holds a zero byte.
func splitRow(row, scope []byte) (key, id []byte, err error) {
	rest, found := bytes.CutPrefix(row, scope)
	if !found {
		return nil, nil, errDamaged
	}
	escaped := false
	for i := 0; ; i += 2 {
		j := bytes.IndexByte(rest[min(i, len(rest)):], zeroByte)
		if j < 0 || i+j+1 >= len(rest) {
			return nil, nil, errDamaged
		}
		i += j
		switch rest[i+1] {
		case zeroEscaped:
			escaped = true
			continue
		case keyEnd:
			key, id = rest[:i], rest[i+2:]
			if escaped {
				key = bytes.ReplaceAll(key, []byte{zeroByte, zeroEscaped}, []byte{zeroByte})
			}
			return key, id, nil
		default:
			return nil, nil, errDamaged
		}
	}
}

// successor is the first row after all rows that begin with prefix, or nil where
// there can be none.
func successor(prefix []byte) []byte {
	next := bytes.Clone(prefix)
	for i := len(next) - 1; i >= 0; i-- {
		if next[i] < 0xFF {
			next[i]++
			return next[:i+1]
		}
	}
	return nil
}

// partKey is the row of a part that has bytes. serial is the upload's.
func partKey(serial uint64, number int) []byte {
	dst := binary.BigEndian.AppendUint64(make([]byte, 0, 10), serial)
	return binary.BigEndian.AppendUint16(dst, uint16(number))
}

// partNumber reads the number of a row of partKey.
func partNumber(row []byte) int {
	return int(binary.BigEndian.Uint16(row[8:10]))
}
