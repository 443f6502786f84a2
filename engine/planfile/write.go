package planfile

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"hash"
	"io"

	"github.com/klauspost/compress/zstd"

	"offcut/engine"
)

// window is how far back the compression looks. A reader has to hold as much, and so
// little is enough: an item resembles the one before it. A reader takes more, up to
// maxWindow.
const (
	window    = 128 << 10
	maxWindow = 8 << 20
)

// Limits of a line, so that a reader never holds more. An item has a key of at most
// 1,024 bytes and a few ids, but six times that when escaped; the first and the last
// line grow with the buckets, rules and owners of a plan.
const (
	maxItemLine = 1 << 20
	maxHeadLine = 32 << 20
)

// Write writes a plan to the file at path: mode 0600, whole or not at all. An older
// plan there is replaced, and stays as it is when the writing fails. What CheckTarget
// refuses is refused. Of h, Write sets what follows from the plan.
func Write(path string, h Header, p *engine.Plan) error {
	err := CheckTarget(path)
	if err == nil {
		err = replace(path, func(w io.Writer) error { return writeSealed(w, h, p) })
	}
	if err != nil {
		return fmt.Errorf("save the plan in %s: %w", path, err)
	}
	return nil
}

func writeSealed(w io.Writer, h Header, p *engine.Plan) error {
	sum := sha256.New()
	buffered := bufio.NewWriterSize(w, 64<<10)
	if err := writeStream(io.MultiWriter(buffered, sum), h, p); err != nil {
		return err
	}
	return writeSeal(buffered, sum)
}

func writeSeal(w *bufio.Writer, sum hash.Hash) error {
	frame := sealHeader()
	_, _ = sum.Write(frame) // a hash never fails
	if _, err := w.Write(sum.Sum(frame)); err != nil {
		return err
	}
	return w.Flush()
}

func writeStream(w io.Writer, h Header, p *engine.Plan) error {
	z, err := zstd.NewWriter(w,
		zstd.WithEncoderLevel(zstd.SpeedFastest), zstd.WithWindowSize(window),
		zstd.WithEncoderConcurrency(1), zstd.WithLowerEncoderMem(true), zstd.WithEncoderCRC(false)) // the seal is better
	if err != nil {
		return err
	}
	if err := writeLines(z, h, p); err != nil {
		_ = z.Close() // the file is thrown away
		return err
	}
	return z.Close()
}

func writeLines(w io.Writer, h Header, p *engine.Plan) error {
	out := &lineWriter{out: bufio.NewWriterSize(w, 64<<10)}
	out.json = json.NewEncoder(&out.text) // it escapes <, > and & too
	if err := out.write(headOf(h, p), maxHeadLine); err != nil {
		return err
	}
	for it, err := range p.Items() {
		if err != nil {
			return err
		}
		i, err := itemOf(&it)
		if err != nil {
			return err
		}
		if err := out.write(&i, maxItemLine); err != nil {
			return err
		}
	}
	if err := out.write(line{Summary: summaryOf(p)}, maxHeadLine); err != nil {
		return err
	}
	return out.out.Flush()
}

// A lineWriter writes values as lines of JSON.
type lineWriter struct {
	out     *bufio.Writer
	json    *json.Encoder // into text
	text    bytes.Buffer
	escaped []byte
}

// write writes one line of at most limit bytes, as a reader takes no longer one.
func (w *lineWriter) write(v any, limit int) error {
	w.text.Reset()
	if err := w.json.Encode(v); err != nil {
		return err
	}
	w.escaped = escape(w.escaped[:0], w.text.Bytes())
	if len(w.escaped) > limit {
		return fmt.Errorf("a line of it would have %d bytes, more than the %d of a plan file: plan a part of the rules with -target", len(w.escaped), limit)
	}
	_, err := w.out.Write(w.escaped)
	return err
}
