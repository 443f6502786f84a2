package ledger

import (
	"bufio"
	"bytes"
	"context"
	"database/sql"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strconv"
)

const (
	beforeHash = `,"hash":"`
	hashTail   = len(beforeHash) + 2*len(hash{}) + len(`"}`)

	// maxLine bounds a line of an export. The longest has a key of 1024 bytes and a few
	// texts of a store.
	maxLine = 4 << 20
)

// Export writes the chain as JSON lines, each with the hash of the one before it, so
// that VerifyExport, or a few lines of shell, can check it without the ledger. It
// writes what is there: whether it holds is for those who check.
func (l *Ledger) Export(ctx context.Context, w io.Writer) (rows int64, err error) {
	out := bufio.NewWriterSize(w, 1<<16)
	err = l.readAtOnce(ctx, func(tx *sql.Tx) error {
		_, last, err := readPrunings(ctx, tx)
		if err != nil {
			return err
		}
		var line []byte
		return eachLink(ctx, tx, func(r *storedRow) error {
			line = r.appendLine(line[:0], last.hash)
			line = append(hex.AppendEncode(append(line, beforeHash...), r.hash[:]), '"', '}', '\n')
			last = head{r.number, r.hash}
			rows++
			_, err := out.Write(line)
			return err
		})
	})
	if err = errors.Join(err, out.Flush()); err != nil {
		return rows, l.explain("export", err)
	}
	return rows, nil
}

// VerifyExport checks an export. An export that was cut behind a whole line is a whole
// one of fewer rows: compare Last and Head with what was said when it was written.
func VerifyExport(r io.Reader) (Chain, error) {
	in := bufio.NewReaderSize(r, 1<<16)
	var c Chain
	var last head
	for n := int64(1); ; n++ {
		line, err := readLine(in)
		if errors.Is(err, io.EOF) {
			break
		}
		if errors.Is(err, errNoLine) {
			c.broken(last.number+1, "line %d is not a whole line: the export was cut in it, or something was put there", n)
			break
		}
		if err != nil {
			return c, fmt.Errorf("read line %d of the export: %w", n, err)
		}
		last = c.exported(line, n, last)
	}
	if c.Last = last.number; c.Rows > 0 {
		c.Head = last.hash.String()
	}
	return c, nil
}

// exported checks one line of an export, and returns the row from which to go on.
func (c *Chain) exported(line []byte, n int64, last head) head {
	number, prev, stored, ok := splitLine(line)
	if !ok {
		c.broken(last.number+1, "line %d is not a row of an export", n)
		return last
	}
	c.Rows++
	first := c.Rows == 1
	if first {
		c.First, last = number, head{number - 1, prev}
		if number == 1 {
			last.hash = hash{}
		}
	}
	switch {
	case hashOf(line[:len(line)-hashTail]) != stored:
		c.broken(number, "row %d, in line %d, was changed: its hash does not fit what it holds", number, n)
	case number <= last.number:
		c.broken(number, "row %d, in line %d, comes after row %d: it is not at its place, or comes twice", number, n, last.number)
	case number > last.number+1:
		c.missing(last.number+1, number-1)
	case prev != last.hash && first:
		c.broken(number, "row 1 names a row before it")
	case prev != last.hash:
		c.broken(number, "row %d, in line %d, does not follow the row %d before it: one of both is another than was written", number, n, last.number)
	}
	return head{number, stored}
}

// splitLine reads what a line says of its place in the chain. Nothing but the exact
// form is a line.
func splitLine(line []byte) (number int64, prev, stored hash, ok bool) {
	rest, ok := bytes.CutPrefix(line, []byte(`{"v":`+lineVersion+`,"number":`))
	if !ok || !json.Valid(line) {
		return 0, prev, stored, false
	}
	digits, rest, ok := bytes.Cut(rest, []byte(`,"prev":"`))
	if !ok || len(line) < hashTail {
		return 0, prev, stored, false
	}
	number, err := strconv.ParseInt(string(digits), 10, 64)
	if err != nil || number < 1 || strconv.FormatInt(number, 10) != string(digits) {
		return 0, prev, stored, false
	}
	if len(rest) < 2*len(prev)+1 || rest[2*len(prev)] != '"' || !readHash(&prev, rest[:2*len(prev)]) {
		return 0, prev, stored, false
	}
	tail, ok := bytes.CutPrefix(line[len(line)-hashTail:], []byte(beforeHash))
	if !ok || !bytes.HasSuffix(tail, []byte(`"}`)) {
		return 0, prev, stored, false
	}
	return number, prev, stored, readHash(&stored, tail[:2*len(stored)])
}

// readHash reads 64 hex digits, in lower case.
func readHash(h *hash, text []byte) bool {
	_, err := hex.Decode(h[:], text)
	return err == nil && bytes.Equal(text, bytes.ToLower(text))
}

var errNoLine = errors.New("not a whole line")

// readLine reads a line without its end. What ends without a line feed, or is longer
// than any line, is none.
func readLine(in *bufio.Reader) ([]byte, error) {
	var line []byte
	for {
		part, err := in.ReadSlice('\n')
		line = append(line, part...)
		switch {
		case err == nil:
			return line[:len(line)-1], nil
		case errors.Is(err, bufio.ErrBufferFull) && len(line) <= maxLine:
			continue
		case errors.Is(err, io.EOF) && len(line) == 0:
			return nil, io.EOF
		case errors.Is(err, io.EOF), errors.Is(err, bufio.ErrBufferFull):
			return nil, errNoLine
		}
		return nil, err
	}
}
