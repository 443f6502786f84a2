package engine

import (
	"bufio"
	"cmp"
	"container/heap"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"iter"
	"os"
	"slices"
	"sync"
)

// Bounds of a spool's memory: a run is sorted in memory and written when it
// reaches either of the first two; reading shares readBudget among the runs, but
// never gives one less than readLeast.
const (
	runRecords = 4096
	runBytes   = 8 << 20
	readBudget = 4 << 20
	readLeast  = 4 << 10
	readMost   = 64 << 10
)

// ErrNoSpool is in the error of a directory that takes no working file.
var ErrNoSpool = errors.New("no working file can be made")

// What a spool does with records of one upload: the first or the last one added
// stands for all.
type duplicates bool

const (
	keepFirst duplicates = false
	keepLast  duplicates = true
)

// A spool sorts any number of records on disk: by provider, bucket, key bytes
// and upload id, one record for each. Its memory does not grow with their number:
// the last run stays there, and nothing else. A record whose Add failed is not in the
// spool; the others are, so that a full disk takes away nothing that was taken in.
// Add may be called from many goroutines until Finish; All works after Finish,
// any number of times and from many goroutines, until Close.
type spool[T any] struct {
	codec codec[T]
	keep  duplicates
	name  string
	file  *os.File
	path  string // of a file that could not be unlinked while open; else empty
	bound int    // records of a run

	mu       sync.Mutex
	arena    []byte // the records of the run in hand, one after the other
	starts   []int  // where each of them begins
	runs     []spoolRun
	size     int64 // of the file
	added    int64
	last     [][]byte // the last run, sorted, in memory; set by Finish
	err      error    // the first failed write, after which nothing is taken, or os.ErrClosed
	finished bool
}

// A spoolRun is a sorted stretch of the file. Its first record is held in memory, so
// that the run's buffer is needed only when the merge reaches it.
type spoolRun struct {
	first     []byte
	rest, end int64 // where the other records begin and end
}

// newSpool makes a spool in dir, which is made when missing, of the records that
// c makes a codec for. The file is unlinked
// as soon as it is open, so that a killed run leaves nothing behind.
func newSpool[T any](dir, name string, c func() codec[T], keep duplicates) (*spool[T], error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrNoSpool, err)
	}
	f, err := os.CreateTemp(dir, "spool-"+name+"-*")
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrNoSpool, err)
	}
	s := &spool[T]{codec: c(), keep: keep, name: name, file: f, bound: runRecords}
	if os.Remove(f.Name()) != nil {
		s.path = f.Name()
	}
	return s, nil
}

// Add adds a record. Nothing of t is referred to afterwards. After an error the
// record is not in the spool, and no other one is taken.
func (s *spool[T]) Add(t *T) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.err != nil {
		return s.err
	}
	if s.finished {
		return fmt.Errorf("add to the %s spool: it is finished", s.name)
	}
	start := len(s.arena)
	s.starts = append(s.starts, start)
	s.arena = s.codec.put(s.arena, t)
	if len(s.starts) >= s.bound || len(s.arena) >= runBytes {
		if s.err = s.flush(); s.err != nil {
			s.arena, s.starts = s.arena[:start], s.starts[:len(s.starts)-1]
			return s.err
		}
	}
	s.added++
	return nil
}

// Added counts the records taken in, whether they stand for others or not.
func (s *spool[T]) Added() int64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.added
}

// Finish ends the adding. It must be called before All, and writes nothing, so that
// it cannot fail for want of space.
func (s *spool[T]) Finish() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.finished {
		return
	}
	s.arena = slices.Clone(s.arena) // as large as it has to be, and no larger
	s.finished, s.last = true, s.sorted()
	s.starts = nil
}

// sorted returns the records of the run in hand in order. Records of one upload
// stay in the order in which they were added.
func (s *spool[T]) sorted() [][]byte {
	records := make([][]byte, len(s.starts))
	for i, start := range s.starts {
		end := len(s.arena)
		if i+1 < len(s.starts) {
			end = s.starts[i+1]
		}
		records[i] = s.arena[start:end]
	}
	slices.SortStableFunc(records, compareRecords)
	return records
}

// flush writes the run in hand to the end of the file. Where that fails, it stays
// in hand.
func (s *spool[T]) flush() error {
	if err := s.write(s.sorted()); err != nil {
		return fmt.Errorf("write the %s spool (free some space in its directory): %w", s.name, err)
	}
	s.arena, s.starts = s.arena[:0], s.starts[:0]
	return nil
}

func (s *spool[T]) write(records [][]byte) error {
	w := bufio.NewWriterSize(s.file, 64<<10)
	r, size := spoolRun{first: slices.Clone(records[0])}, s.size
	var head [binary.MaxVarintLen64]byte
	for i, record := range records {
		n := binary.PutUvarint(head[:], uint64(len(record)))
		// A bufio.Writer remembers its first error until Flush.
		_, _ = w.Write(head[:n])
		_, _ = w.Write(record)
		size += int64(n + len(record))
		if i == 0 {
			r.rest = size
		}
	}
	if err := w.Flush(); err != nil {
		return err
	}
	r.end = size
	s.runs, s.size = append(s.runs, r), size
	return nil
}

// All yields the records in order. An error ends it.
func (s *spool[T]) All() iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		for record, err := range s.merge() {
			var t T
			if err == nil {
				err = s.codec.decode(record, &t)
			}
			if err != nil {
				var zero T
				yield(zero, fmt.Errorf("read the %s spool: %w", s.name, err))
				return
			}
			if !yield(t, nil) {
				return
			}
		}
	}
}

// merge yields one record for each upload, valid until the next one.
func (s *spool[T]) merge() iter.Seq2[[]byte, error] {
	return func(yield func([]byte, error) bool) {
		h, err := s.cursors()
		if err != nil {
			yield(nil, err)
			return
		}
		var held []byte
		for len(h) > 0 {
			top := h[0]
			switch {
			case held == nil || compareRecords(held, top.record) != 0:
				if held != nil && !yield(held, nil) {
					return
				}
				held = append(held[:0], top.record...)
			case s.keep == keepLast:
				held = append(held[:0], top.record...)
			}
			if err := h.advance(); err != nil {
				yield(nil, err)
				return
			}
		}
		if held != nil {
			yield(held, nil)
		}
	}
}

// cursors sets one cursor before each run.
func (s *spool[T]) cursors() (cursorHeap, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if errors.Is(s.err, os.ErrClosed) {
		return nil, s.err
	}
	if !s.finished {
		return nil, errors.New("it is still being written")
	}
	h := make(cursorHeap, len(s.runs))
	buffer := min(max(readBudget/max(len(s.runs), 1), readLeast), readMost)
	for i, r := range s.runs {
		h[i] = &cursor{
			index: i, buffer: buffer,
			record: slices.Clone(r.first),
			source: io.NewSectionReader(s.file, r.rest, r.end-r.rest),
		}
	}
	if len(s.last) > 0 {
		h = append(h, &cursor{index: len(s.runs), record: slices.Clone(s.last[0]), inHand: s.last[1:]})
	}
	heap.Init(&h)
	return h, nil
}

// Close removes the file. A second Close does nothing.
func (s *spool[T]) Close() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if errors.Is(s.err, os.ErrClosed) {
		return nil
	}
	s.err = fmt.Errorf("the %s spool: %w", s.name, os.ErrClosed)
	s.arena, s.starts, s.runs, s.last = nil, nil, nil, nil
	err := s.file.Close()
	if s.path != "" {
		err = errors.Join(err, os.Remove(s.path))
	}
	return err
}

// A cursor stands on one record of a run.
type cursor struct {
	index  int    // of the run; runs that were written earlier come first among equals
	record []byte // reused from record to record
	buffer int
	inHand [][]byte          // the records to come of the run in memory
	source *io.SectionReader // nil for the run in memory
	reader *bufio.Reader     // nil until the cursor moves for the first time
}

// next moves to the next record and reports io.EOF at the end of the run.
func (c *cursor) next() error {
	if c.source == nil {
		return c.nextInHand()
	}
	if c.reader == nil {
		c.reader = bufio.NewReaderSize(c.source, c.buffer)
	}
	n, err := binary.ReadUvarint(c.reader)
	if err != nil {
		return err
	}
	if n > uint64(c.source.Size()) {
		return errDamaged
	}
	c.record = slices.Grow(c.record[:0], int(n))[:n]
	_, err = io.ReadFull(c.reader, c.record)
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return errDamaged
	}
	return err
}

func (c *cursor) nextInHand() error {
	if len(c.inHand) == 0 {
		return io.EOF
	}
	c.record = append(c.record[:0], c.inHand[0]...)
	c.inHand = c.inHand[1:]
	return nil
}

// A cursorHeap has the cursor with the smallest record on top.
type cursorHeap []*cursor

func (h cursorHeap) Len() int { return len(h) }

func (h cursorHeap) Less(i, j int) bool {
	c := compareRecords(h[i].record, h[j].record)
	return cmp.Or(c, cmp.Compare(h[i].index, h[j].index)) < 0
}

func (h cursorHeap) Swap(i, j int) { h[i], h[j] = h[j], h[i] }
func (h *cursorHeap) Push(c any)   { *h = append(*h, c.(*cursor)) }

func (h *cursorHeap) Pop() any {
	last := len(*h) - 1
	c := (*h)[last]
	(*h)[last], *h = nil, (*h)[:last]
	return c
}

// advance moves the top cursor and drops it at the end of its run.
func (h *cursorHeap) advance() error {
	err := (*h)[0].next()
	if errors.Is(err, io.EOF) {
		heap.Pop(h)
		return nil
	}
	if err == nil {
		heap.Fix(h, 0)
	}
	return err
}
