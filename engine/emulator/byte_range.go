package emulator

import (
	"errors"
	"io"
	"math"
	"os"
	"strconv"
	"strings"

	"offcut/engine/ks3"
)

// parseRange reads one range of bytes. Other units, several ranges and what is
// no range at all mean the whole object (RFC 9110).
func parseRange(text string, size int64) (first, length int64, ranged bool, err error) {
	from, to, ok := cutRange(text)
	if !ok || from == "" && to == "" {
		return 0, size, false, nil
	}
	first, last := position(from), position(to)
	switch {
	case from == "": // the last so many bytes
		first, last = max(size-last, 0), size-1
	case to == "":
		last = size - 1
	case last < first:
		return 0, size, false, nil
	}
	if first >= size {
		return 0, 0, false, refuse(codeInvalidRange, "The range %q is outside the object's %d bytes.", text, size)
	}
	return first, min(last, size-1) - first + 1, true, nil
}

// parseCopyRange reads the range of a source: both ends, within it. Unlike a
// reader's, it is refused where it is anything else, as in S3.
func parseCopyRange(text string, size int64) (first, length int64, err error) {
	from, to, ok := cutRange(text)
	first, last := position(from), position(to)
	if !ok || from == "" || to == "" || last < first {
		return 0, 0, refuse(ks3.CodeInvalidArgument, "The range %q of the source is not written bytes=FIRST-LAST.", text)
	}
	if last >= size {
		return 0, 0, refuse(codeInvalidRange, "The range %q is outside the source's %d bytes.", text, size)
	}
	return first, last - first + 1, nil
}

// cutRange takes "bytes=FIRST-LAST" apart; both may be empty and have only digits.
func cutRange(text string) (from, to string, ok bool) {
	text, isBytes := strings.CutPrefix(text, "bytes=")
	from, to, isRange := strings.Cut(text, "-")
	return from, to, isBytes && isRange && strings.Trim(from+to, "0123456789") == ""
}

// position reads digits; a number too large for any object stays larger than any.
func position(digits string) int64 {
	n, err := strconv.ParseInt(digits, 10, 64)
	if errors.Is(err, strconv.ErrRange) {
		return math.MaxInt64
	}
	return n
}

// copyRange writes a run of bytes that may span files.
func (f *partFiles) copyRange(w io.Writer, pieces []piece, first, length int64) error {
	for _, p := range pieces {
		if length == 0 {
			return nil
		}
		if first >= p.size {
			first -= p.size
			continue
		}
		n := min(p.size-first, length)
		if err := f.copyPiece(w, p.file, first, n); err != nil {
			return err
		}
		first, length = 0, length-n
	}
	return nil
}

func (f *partFiles) copyPiece(w io.Writer, id fileID, first, n int64) error {
	file, err := os.Open(f.path(id))
	if err != nil {
		return err
	}
	defer file.Close() //nolint:errcheck // It was only read.
	if _, err := file.Seek(first, io.SeekStart); err != nil {
		return err
	}
	_, err = io.CopyN(w, file, n)
	return err
}
