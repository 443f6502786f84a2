package planfile

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"iter"
	"os"
	"reflect"
	"slices"

	"github.com/klauspost/compress/zstd"

	"offcut/engine"
)

var (
	// ErrNotPlan is what Open's error matches for a file that was never a saved plan.
	ErrNotPlan = errors.New("this is no saved plan")
	// ErrDamaged is what Open's error matches for a plan file that is not whole.
	ErrDamaged = errors.New("the plan file is damaged or was altered")
	// ErrNewer is what Open's error matches for a plan file of a newer format.
	ErrNewer = errors.New("the plan file was written by a newer offcut")
)

// A File is a plan file that was read: its header, and its plan with a spool of its
// own, so that later changes of the file change nothing. Close the plan.
type File struct {
	Header Header
	Plan   *engine.Plan
}

// Is reports whether path is a regular file that begins as a plan file does. A file
// that cannot be looked at is none.
func Is(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.Mode().IsRegular() && isPlan(path)
}

// Open reads a plan file, checks it to its last byte, and returns its plan, whose
// items are kept in dir. Whether the plan may still be applied is for the caller to
// judge.
func Open(path, dir string) (*File, error) {
	f, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("there is no file %s", path)
	}
	if err != nil {
		return nil, fmt.Errorf("read the plan: %w", err)
	}
	defer func() { _ = f.Close() }() // it was only read
	info, err := f.Stat()
	switch {
	case err != nil:
		return nil, fmt.Errorf("read the plan: %w", err)
	case !info.Mode().IsRegular():
		return nil, fmt.Errorf("%s: %w: it is not a regular file", path, ErrNotPlan)
	}
	file, err := read(f, info.Size(), dir)
	switch {
	case errors.Is(err, ErrNotPlan), errors.Is(err, ErrNewer):
		return nil, fmt.Errorf("%s: %w", path, err)
	case errors.Is(err, ErrDamaged):
		return nil, fmt.Errorf("%s: %w; make a new plan", path, err)
	case err != nil:
		return nil, fmt.Errorf("read the plan in %s: %w", path, err)
	}
	return file, nil
}

// read reads a plan file of the given size.
func read(f io.Reader, size int64, dir string) (*File, error) {
	in := bufio.NewReaderSize(f, 64<<10)
	if start, _ := in.Peek(len(magic)); string(start) != magic {
		return nil, fmt.Errorf("%w: \"offcut plan -out FILE\" writes one", ErrNotPlan)
	}
	part := newSealed(in, size)
	file, err := readPart(part, dir)
	sealErr := part.verify()
	if err == nil && sealErr == nil {
		return file, nil
	}
	if file != nil {
		err = errors.Join(err, file.Plan.Close())
	}
	var work workError
	switch {
	case part.err != nil && !errors.Is(part.err, errNoSeal):
		return nil, part.err // the disk failed, not the file
	case sealErr != nil:
		return nil, fmt.Errorf("%w: %w", ErrDamaged, sealErr)
	case errors.As(err, &work), errors.Is(err, ErrNewer):
		return nil, err
	default:
		return nil, fmt.Errorf("%w: %w", ErrDamaged, err)
	}
}

// A workError is a failure of this side: no space for the spool, for example.
type workError struct{ error }

func (e workError) Unwrap() error { return e.error }

// readPart reads the compressed part.
func readPart(part io.Reader, dir string) (*File, error) {
	z, err := zstd.NewReader(part, zstd.WithDecoderConcurrency(1), zstd.WithDecoderLowmem(true), zstd.WithDecoderMaxWindow(maxWindow))
	if err != nil {
		return nil, err
	}
	defer z.Close()
	r := &reader{in: bufio.NewReaderSize(z, 64<<10)}
	h, err := r.head()
	if err != nil {
		return nil, err
	}
	p := h.plan()
	p, err = engine.RestorePlan(dir, p, r.items(p))
	if err != nil {
		return nil, r.blame(err)
	}
	file := &File{Header: h.Header, Plan: p}
	if err := consistent(&h, p); err != nil {
		return file, err
	}
	return file, nil
}

// consistent looks for what no plan can be.
func consistent(h *head, p *engine.Plan) error {
	var acting []string
	for i := range p.Rules {
		acting = append(acting, p.Rules[i].Address)
	}
	switch {
	case h.Plan == "" || h.Made.IsZero() || h.Started.After(h.Made):
		return errors.New("its header does not say when the plan was made")
	case !h.Expires.IsZero() && h.Expires.Before(h.Made):
		return errors.New("it expired before it was made")
	case !slices.Equal(acting, h.Acting):
		return errors.New("its rules are not those that may act")
	}
	return nil
}

// A reader reads the lines.
type reader struct {
	in   *bufio.Reader
	line []byte // reused
	err  error  // what is wrong with a line
}

// blame tells a failure of this side from what is wrong with the file.
func (r *reader) blame(err error) error {
	if r.err != nil || !isSystem(err) {
		return err
	}
	return workError{err}
}

// isSystem reports whether the operating system refused something.
func isSystem(err error) bool {
	var path *fs.PathError
	return errors.As(err, &path)
}

// head reads the first line.
func (r *reader) head() (h head, err error) {
	text, err := r.next(maxHeadLine)
	if err != nil {
		return head{}, err
	}
	if err := checkDensity(text); err != nil {
		return head{}, fmt.Errorf("its header: %w", err)
	}
	// Format and needs come first, as a newer format may have members that are not
	// known here.
	var says struct {
		Format int    `json:"format"`
		Needs  string `json:"needs"`
	}
	if err := json.Unmarshal(text, &says); err != nil {
		return head{}, fmt.Errorf("its header: %w", err)
	}
	if says.Format > Format {
		return head{}, fmt.Errorf("%w: its format is %d and this one reads up to %d; use offcut %s or newer", ErrNewer, says.Format, Format, says.Needs)
	}
	if says.Format < 1 {
		return head{}, fmt.Errorf("its format is %d", says.Format)
	}
	if err := decode(text, &h); err != nil {
		return head{}, fmt.Errorf("its header: %w", err)
	}
	return h, nil
}

// items yields the items, and completes the plan by the summary behind them.
func (r *reader) items(p *engine.Plan) iter.Seq2[engine.Item, error] {
	return func(yield func(engine.Item, error) bool) {
		for {
			it, last, err := r.item()
			if err == nil && last != nil {
				last.complete(p)
				_, err = r.in.ReadByte()
				if errors.Is(err, io.EOF) {
					return
				}
				err = cmpErr(err, errors.New("something follows its summary"))
			}
			if err != nil {
				r.err = err
				yield(engine.Item{}, err)
				return
			}
			if !yield(it, nil) {
				return
			}
		}
	}
}

// item reads one line: an item, or the summary.
func (r *reader) item() (engine.Item, *summary, error) {
	limit := maxItemLine
	if start, _ := r.in.Peek(len(summaryStart)); string(start) == summaryStart {
		limit = maxHeadLine
	}
	text, err := r.next(limit)
	if err == nil {
		err = checkDensity(text)
	}
	if err != nil {
		return engine.Item{}, nil, err
	}
	var l line
	if err := decode(text, &l); err != nil {
		return engine.Item{}, nil, err
	}
	if l.Summary != nil && reflect.DeepEqual(l.item, item{}) {
		return engine.Item{}, l.Summary, nil
	}
	if l.Summary != nil {
		return engine.Item{}, nil, errors.New("an item holds a summary")
	}
	it, err := l.engine()
	return it, nil, err
}

const summaryStart = `{"summary":`

func cmpErr(a, b error) error {
	if a != nil {
		return a
	}
	return b
}

// next reads one line of at most limit bytes, without its end. It is valid until the
// next one.
func (r *reader) next(limit int) ([]byte, error) {
	r.line = r.line[:0]
	for {
		piece, err := r.in.ReadSlice('\n')
		r.line = append(r.line, piece...)
		switch {
		case len(r.line) > limit:
			return nil, fmt.Errorf("a line has more than %d bytes", limit)
		case err == nil:
			return r.line[:len(r.line)-1], nil
		case errors.Is(err, io.EOF):
			return nil, errors.New("it ends before its summary")
		case !errors.Is(err, bufio.ErrBufferFull):
			return nil, err
		}
	}
}

// decode reads one JSON value that fills a line. A member that is not known is an
// error: what it asks for would be passed over.
func decode(text []byte, v any) error {
	d := json.NewDecoder(bytes.NewReader(text))
	d.DisallowUnknownFields()
	if err := d.Decode(v); err != nil {
		return err
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return errors.New("a line holds more than one value")
	}
	return nil
}
