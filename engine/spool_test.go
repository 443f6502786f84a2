package engine

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"pgregory.net/rapid"

	"offcut/rules"
)

func itemAt(provider, bucket, key, id string) candidate {
	return candidate{Item: Item{Upload: rules.Upload{Provider: provider, Bucket: bucket, Key: key, ID: id}}}
}

func openSpool[T any](t testing.TB, dir string, c func() codec[T], keep duplicates) *spool[T] {
	t.Helper()
	s, err := newSpool(dir, "test", c, keep)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

func mustClose(t interface{ Error(...any) }, c io.Closer) {
	if err := c.Close(); err != nil {
		t.Error(err)
	}
}

func collect[T any](t testing.TB, s *spool[T]) []T {
	t.Helper()
	var all []T
	for v, err := range s.All() {
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, v)
	}
	return all
}

func compareUploads(a, b *rules.Upload) int {
	return cmp.Or(
		strings.Compare(a.Provider, b.Provider),
		strings.Compare(a.Bucket, b.Bucket),
		strings.Compare(a.Key, b.Key),
		strings.Compare(a.ID, b.ID),
	)
}

// The spool must agree with sorting in memory, for any bytes, any length of runs
// and either way to treat duplicates.
func TestSpoolSortsAsMemoryDoes(t *testing.T) {
	dir := t.TempDir()
	// Few short names, so that duplicates and shared prefixes are common.
	name := rapid.Custom(func(t *rapid.T) string {
		b := rapid.SliceOfN(rapid.SampledFrom([]byte{0, '/', 'a', 0x80, 0xff}), 0, 3).Draw(t, "bytes")
		return string(b)
	})
	rapid.Check(t, func(t *rapid.T) {
		keep := duplicates(rapid.Bool().Draw(t, "keepLast"))
		s, err := newSpool(dir, "test", candidateCodec, keep)
		if err != nil {
			t.Fatal(err)
		}
		defer mustClose(t, s)
		s.bound = rapid.IntRange(1, 40).Draw(t, "bound")

		var want []candidate
		for i := range rapid.IntRange(0, 200).Draw(t, "records") {
			c := itemAt("ks3", name.Draw(t, "bucket"), name.Draw(t, "key"), name.Draw(t, "id"))
			c.Scope = i
			if err := s.Add(&c); err != nil {
				t.Fatal(err)
			}
			at, found := slices.BinarySearchFunc(want, c, func(a, b candidate) int {
				return compareUploads(&a.Item.Upload, &b.Item.Upload)
			})
			switch {
			case !found:
				want = slices.Insert(want, at, c)
			case keep == keepLast:
				want[at] = c
			}
		}
		s.Finish()
		for range 2 {
			var got []candidate
			for c, err := range s.All() {
				if err != nil {
					t.Fatal(err)
				}
				c.Item.Upload.Initiated, c.Item.Parts.Newest = time.Time{}, time.Time{}
				got = append(got, c)
			}
			if !reflect.DeepEqual(got, want) {
				t.Fatalf("the spool yields\n%v\nmemory sorts\n%v", got, want)
			}
		}
	})
}

// Every field of every record must survive: each one is filled, so that a field
// that a codec forgets is seen.
func TestRecordsKeepEveryField(t *testing.T) {
	roundTrip(t, candidateCodec())
	roundTrip(t, keepingCodec())
	roundTrip(t, outcomeCodec())

	t.Run("nil parts", func(t *testing.T) {
		var got keeping
		if err := keepingCodec().decode(keepingCodec().put(nil, &keeping{}), &got); err != nil || got.Parts != nil {
			t.Errorf("parts that were never read came back as %v, %v", got.Parts, err)
		}
	})
}

func roundTrip[T any](t *testing.T, c codec[T]) {
	t.Helper()
	var want, got T
	n := 0
	fill(reflect.ValueOf(&want).Elem(), &n)
	record := c.put(nil, &want)
	if err := c.decode(record, &got); err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("%T went in as\n%+v\nand came out as\n%+v", want, want, got)
	}
	for cut := range record {
		var broken T
		if c.decode(record[:cut], &broken) == nil {
			t.Errorf("%T: a record cut to %d of %d bytes was read without complaint", want, cut, len(record))
		}
	}
	if c.decode(append(record, 0), &got) == nil {
		t.Errorf("%T: a record with a byte too many was read without complaint", want)
	}
}

func fill(v reflect.Value, n *int) {
	*n++
	if _, ok := v.Interface().(time.Time); ok {
		v.Set(reflect.ValueOf(time.Unix(int64(*n)*1e6, int64(*n)).UTC()))
		return
	}
	switch v.Kind() {
	case reflect.Struct:
		for i := range v.NumField() {
			fill(v.Field(i), n)
		}
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		fill(v.Elem(), n)
	case reflect.String:
		v.SetString(fmt.Sprintf("\xff%d\x00", *n))
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Int, reflect.Int64:
		v.SetInt(int64(*n) - 3)
	default:
		panic("no value for " + v.Type().String())
	}
}

func TestZeroTimesStayZero(t *testing.T) {
	d := decoder{rest: putTime(nil, time.Time{})}
	if got := d.time(); !got.IsZero() {
		t.Errorf("the zero time came back as %v: an unknown start would become a known one", got)
	}
}

func TestSpoolIsSafeForConcurrentUse(t *testing.T) {
	s := openSpool(t, t.TempDir(), candidateCodec, keepFirst)
	s.bound = 7
	const writers, each = 8, 100
	var wg sync.WaitGroup
	for w := range writers {
		wg.Go(func() {
			for i := range each {
				c := itemAt("ks3", "b", fmt.Sprintf("%03d", i), fmt.Sprint(w))
				if err := s.Add(&c); err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
	s.Finish()
	if s.Added() != writers*each {
		t.Errorf("Added() = %d, want %d", s.Added(), writers*each)
	}
	for range 3 {
		wg.Go(func() {
			n := 0
			for _, err := range s.All() {
				if err != nil {
					t.Error(err)
				}
				n++
			}
			if n != writers*each {
				t.Errorf("read %d records, want %d", n, writers*each)
			}
		})
	}
	wg.Wait()
}

func TestSpoolErrorsSurface(t *testing.T) {
	c := itemAt("ks3", "b", "k", "1")

	t.Run("write", func(t *testing.T) {
		s := openSpool(t, t.TempDir(), candidateCodec, keepFirst)
		s.bound = 1
		mustClose(t, s.file) // the next write fails, as on a full disk
		if err := s.Add(&c); err == nil || !strings.Contains(err.Error(), "test spool") {
			t.Errorf("Add on a broken file: %v", err)
		}
		if s.Add(&c) == nil {
			t.Error("a spool with a failed write went on")
		}
	})
	t.Run("damage", func(t *testing.T) {
		s := openSpool(t, t.TempDir(), candidateCodec, keepFirst)
		s.bound = 3
		for _, key := range []string{"a", "b", "c"} {
			c := itemAt("ks3", "b", key, "1")
			if err := s.Add(&c); err != nil {
				t.Fatal(err)
			}
		}
		s.Finish()
		if err := s.file.Truncate(s.size - 2); err != nil {
			t.Fatal(err)
		}
		var last error
		for _, err := range s.All() {
			last = err
		}
		if !errors.Is(last, errDamaged) {
			t.Errorf("a cut file ended with %v", last)
		}
	})
	t.Run("order of use", func(t *testing.T) {
		s := openSpool(t, t.TempDir(), candidateCodec, keepFirst)
		for _, err := range s.All() {
			if err == nil {
				t.Error("read before Finish")
			}
		}
		s.Finish()
		if s.Add(&c) == nil {
			t.Error("Add after Finish was accepted")
		}
		mustClose(t, s)
		for _, err := range s.All() {
			if !errors.Is(err, os.ErrClosed) {
				t.Errorf("read after Close: %v", err)
			}
		}
	})
}

// fillDisk makes every further write of a spool fail, and leaves it readable.
func fillDisk[T any](t *testing.T, s *spool[T]) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "full")
	body := make([]byte, s.size)
	if _, err := s.file.ReadAt(body, 0); err != nil && s.size > 0 {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, body, 0o600); err != nil {
		t.Fatal(err)
	}
	full, err := os.Open(path) // for reading alone
	if err != nil {
		t.Fatal(err)
	}
	mustClose(t, s.file)
	s.file = full
}

// What was taken in before the disk was full can be read, on disk and in memory.
func TestSpoolKeepsWhatItTookInWhenTheDiskIsFull(t *testing.T) {
	for _, before := range []int{0, 3, 4, 7, 9} { // the bound of a run is 4
		for _, keep := range []duplicates{keepFirst, keepLast} {
			t.Run(fmt.Sprintf("%d before, %v", before, keep), func(t *testing.T) {
				s := openSpool(t, t.TempDir(), candidateCodec, keep)
				s.bound = 4
				var want []string
				add := func(i int) error {
					c := itemAt("ks3", "b", fmt.Sprintf("k%02d", 50-i), "1")
					err := s.Add(&c)
					if err == nil {
						want = append(want, c.Item.Upload.Key)
					}
					return err
				}
				for i := range before {
					if err := add(i); err != nil {
						t.Fatal(err)
					}
				}
				fillDisk(t, s)
				failed := 0
				for i := range 6 {
					if add(before+i) != nil {
						failed++
					}
				}
				if failed == 0 {
					t.Fatal("no write failed")
				}
				if got := s.Added(); got != int64(len(want)) {
					t.Errorf("%d added, %d taken in", got, len(want))
				}
				s.Finish()
				slices.Sort(want)
				for range 2 {
					var got []string
					for _, c := range collect(t, s) {
						got = append(got, c.Item.Upload.Key)
					}
					if !slices.Equal(got, want) {
						t.Errorf("read %v, want %v", got, want)
					}
				}
			})
		}
	}
}

func TestSpoolOfFewRecordsWritesNothing(t *testing.T) {
	s := openSpool(t, t.TempDir(), candidateCodec, keepFirst)
	mustClose(t, s.file)
	c := itemAt("ks3", "b", "k", "1")
	if err := s.Add(&c); err != nil {
		t.Fatal(err)
	}
	s.Finish()
	if got := collect(t, s); len(got) != 1 {
		t.Errorf("read %d records", len(got))
	}
	s.file, _ = os.Open(os.DevNull) // for Close
}

func TestSpoolLeavesNothingBehind(t *testing.T) {
	dir := t.TempDir()
	s := openSpool(t, dir, candidateCodec, keepFirst)
	s.Finish()
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	left, err := os.ReadDir(dir)
	if err != nil || len(left) != 0 {
		t.Errorf("left behind: %v, %v", left, err)
	}
}

// A run ends by its bytes too: keys may be long.
func TestSpoolBoundsTheBytesOfARun(t *testing.T) {
	s := openSpool(t, t.TempDir(), candidateCodec, keepFirst)
	long := strings.Repeat("k", 1<<20)
	for i := range 20 {
		c := itemAt("ks3", "b", long, fmt.Sprintf("%02d", i))
		if err := s.Add(&c); err != nil {
			t.Fatal(err)
		}
		if len(s.arena) >= runBytes {
			t.Fatalf("%d bytes are held in memory", len(s.arena))
		}
	}
	s.Finish()
	if got := collect(t, s); len(got) != 20 {
		t.Errorf("read %d records, want 20", len(got))
	}
}

// Runs that do not overlap, as a sorted listing gives them, are read one after
// the other: only the run in hand has a buffer.
func TestSpoolOpensARunOnlyWhenItIsReached(t *testing.T) {
	s := openSpool(t, t.TempDir(), candidateCodec, keepFirst)
	s.bound = 10
	for i := range 1000 {
		c := itemAt("ks3", "b", fmt.Sprintf("%06d", i), "1")
		if err := s.Add(&c); err != nil {
			t.Fatal(err)
		}
	}
	s.Finish()
	h, err := s.cursors()
	if err != nil {
		t.Fatal(err)
	}
	if len(h) != 100 {
		t.Fatalf("%d runs, want 100", len(h))
	}
	for len(h) > 0 {
		open := 0
		for _, c := range h {
			if c.reader != nil {
				open++
			}
		}
		if open > 1 {
			t.Fatalf("%d runs have a buffer at once", open)
		}
		if err := h.advance(); err != nil {
			t.Fatal(err)
		}
	}
}

// However many runs there are, their buffers together stay within a budget.
func TestSpoolSharesItsBuffersAmongRuns(t *testing.T) {
	for _, runs := range []int{1, 100, 1000} {
		s := openSpool(t, t.TempDir(), candidateCodec, keepFirst)
		s.bound = 2
		for i := range 2 * runs {
			c := itemAt("ks3", "b", fmt.Sprint(i%2), fmt.Sprint(i)) // every run reaches from 0 to 1
			if err := s.Add(&c); err != nil {
				t.Fatal(err)
			}
		}
		s.Finish()
		h, err := s.cursors()
		if err != nil || len(h) != runs {
			t.Fatalf("%d runs, %v; want %d", len(h), err, runs)
		}
		sum := 0
		for _, c := range h {
			sum += c.buffer
		}
		if sum > readBudget {
			t.Errorf("%d runs take %d bytes of buffers", runs, sum)
		}
		if got := collect(t, s); len(got) != 2*runs {
			t.Errorf("read %d records of %d", len(got), 2*runs)
		}
	}
}

func FuzzDecodeRecord(f *testing.F) {
	c := itemAt("ks3", "media", "raw/\xff\n", "0123")
	f.Add(candidateCodec().put(nil, &c))
	f.Add(keepingCodec().put(nil, &keeping{KeptItem: KeptItem{Parts: &rules.Parts{Count: 3}}}))
	f.Add(outcomeCodec().put(nil, &Outcome{Result: Gone, Err: "x"}))
	f.Add([]byte{0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01})
	f.Fuzz(func(t *testing.T, record []byte) {
		var got Outcome
		if outcomeCodec().decode(record, &got) != nil {
			return
		}
		again := outcomeCodec().put(nil, &got)
		var twice Outcome
		if err := outcomeCodec().decode(again, &twice); err != nil || !reflect.DeepEqual(got, twice) {
			t.Errorf("%x does not survive a second writing: %v", record, err)
		}
		if !bytes.Equal(again, outcomeCodec().put(nil, &twice)) {
			t.Errorf("%x is written in two ways", record)
		}
	})
}

func BenchmarkSpool(b *testing.B) {
	s := openSpool(b, b.TempDir(), candidateCodec, keepFirst)
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		c := itemAt("ks3", "media", fmt.Sprintf("raw/%08x", uint32(i)*2654435761), "0123456789abcdef0123456789abcdef")
		if err := s.Add(&c); err != nil {
			b.Fatal(err)
		}
	}
	s.Finish()
	n := 0
	for _, err := range s.All() {
		if err != nil {
			b.Fatal(err)
		}
		n++
	}
}
