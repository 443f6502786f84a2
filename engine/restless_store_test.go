package engine

import (
	"cmp"
	"context"
	"fmt"
	"hash/fnv"
	"iter"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"time"

	"pgregory.net/rapid"

	"offcut/rules"
)

// A temper says how restless a restlessStore is: how many of a hundred calls meet
// with something.
type temper struct {
	seed     uint64
	changes  int // the world changes before the call, after it, or both
	faults   int // the call fails, before it had its effect or after
	lies     int // the answer is not true, in one of the ways of its kind
	delays   int // the call or its answer is on its way for up to 15 s
	pageSize int
	skew     time.Duration // the store's clock minus the local one

	// proves is the store's Identity.ListingProves. Two lies that agree cannot be
	// seen through by anybody. So a store lies about absence in one of its answers
	// at most: in listings, or in lists of parts, or in neither.
	proves        bool
	listingsLie   bool // an unsigned omission; only where listings prove nothing
	partsLie      bool // NoSuchUpload for what is there, of uploads whose aborts work
	emptyAbsent   bool // list parts answers 200 and no part for what is not there
	secondYes     bool // an abort of what is not there is answered with 204
	bucketsMove   bool // buckets are deleted and made anew
	bucketsSilent bool // the bucket list is refused
}

func drawTemper(t *rapid.T) temper {
	often := func(name string) int { return rapid.SampledFrom([]int{0, 0, 3, 15, 40}).Draw(t, name) }
	m := temper{
		seed: rapid.Uint64().Draw(t, "seed"), changes: often("changes"), faults: often("faults"), lies: often("lies"), delays: often("delays"),
		pageSize: rapid.SampledFrom([]int{1000, 3, 1}).Draw(t, "page size"),
		skew:     rapid.SampledFrom([]time.Duration{0, time.Second, -4 * time.Minute, 4 * time.Minute}).Draw(t, "skew"),
		proves:   rapid.Bool().Draw(t, "listing proves"), secondYes: rapid.Bool().Draw(t, "second abort is answered with yes"),
		bucketsMove:   rapid.IntRange(0, 3).Draw(t, "buckets move") == 3,
		bucketsSilent: rapid.IntRange(0, 4).Draw(t, "bucket list is refused") == 4,
	}
	switch rapid.IntRange(0, 3).Draw(t, "liar") {
	case 1:
		m.partsLie = true
	case 2:
		m.emptyAbsent = true
	case 3:
		m.listingsLie = !m.proves
	}
	return m
}

// A restlessStore is a Store that changes between all calls, and knows at any time
// what is true. Chance depends on the seed, the kind of call, its object and how
// often that was asked before, and hardly on the order of goroutines.
type restlessStore struct {
	temper
	local func() time.Time

	mu      sync.Mutex
	buckets map[string]Bucket
	uploads map[Ref]*truth
	order   []Ref // of uploads, in listing order
	asked   map[string]int
	calls   int64 // requests
	counted int64 // requests and calls to the journal
	tick    int64 // counts everything that happens
	model   *model
	at      map[int64]func() // what happens at a call, under the lock
	killed  bool             // the process was killed: nothing happens any more
}

// A truth is one upload, there or not.
type truth struct {
	rules.Upload
	parts   []memPart
	there   bool
	since   int64      // the tick at which it came or went last
	absence [][2]int64 // earlier times of absence, in ticks
	touched bool       // something unusual met it since the plan
}

// move makes an upload come or go.
func (u *truth) move(there bool, tick int64) {
	if u.there == there {
		return
	}
	if there {
		u.absence = append(u.absence, [2]int64{u.since, tick})
	}
	u.there, u.since = there, tick
}

// absentSince reports whether there was a moment without the upload at or after a
// tick.
func (u *truth) absentSince(tick int64) bool {
	return !u.there || slices.ContainsFunc(u.absence, func(a [2]int64) bool { return a[1] > tick })
}

// active reports whether a part arrived when nothing may be aborted any more. Parts
// in these worlds are days old, or younger than the world.
func (u *truth) active() bool {
	return slices.ContainsFunc(u.parts, func(p memPart) bool { return p.modified.After(epoch.Add(-36 * time.Hour)) })
}

func newRestlessStore(m temper, local func() time.Time) *restlessStore {
	s := &restlessStore{temper: m, local: local, buckets: map[string]Bucket{}, uploads: map[Ref]*truth{}, asked: map[string]int{}}
	s.model = newModel(s)
	for _, name := range []string{"film", "media", "prod"} {
		s.buckets[name] = Bucket{Name: name, Region: "BEIJING", Owner: "42", Created: epoch.AddDate(-1, 0, 0)}
	}
	return s
}

// put adds an upload with parts of the given ages.
func (s *restlessStore) put(ref Ref, age time.Duration, idle ...time.Duration) *truth {
	u := &truth{there: true, since: s.tick, Upload: rules.Upload{Bucket: ref.Bucket, Key: ref.Key, ID: ref.ID, Initiated: epoch.Add(-age), Owner: "42"}}
	for _, d := range idle {
		u.parts = append(u.parts, memPart{size: 5 << 20, modified: epoch.Add(-d)})
	}
	s.uploads[ref] = u
	s.order = slices.SortedFunc(maps.Keys(s.uploads), compareRefs)
	return u
}

// onCall lets something happen right before the call that comes after so many more.
func (s *restlessStore) onCall(after int64, do func()) {
	if after > 0 {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.at = map[int64]func(){s.counted + after: do}
	}
}

func (s *restlessStore) now() time.Time { return s.local().Add(s.skew) }

// A chance is where one call gets its luck from.
type chance struct{ *rand.Rand }

func (c chance) in100(n int) bool { return c.IntN(100) < n }

// meet is one call: what it meets with on its way, do, which runs under the lock,
// and the way back. After the process was killed nothing happens any more.
func (s *restlessStore) meet(action string, ref Ref, do func(c chance, n int64)) error {
	s.mu.Lock()
	what := fmt.Sprintf("%s\x00%s\x00%s\x00%s\x00%d", action, ref.Bucket, ref.Key, ref.ID, s.asked[action+fmt.Sprint(ref)])
	s.asked[action+fmt.Sprint(ref)]++
	hash := fnv.New64a()
	hash.Write([]byte(what))
	c := chance{rand.New(rand.NewPCG(s.seed, hash.Sum64()))}
	s.mu.Unlock()
	s.wait(c)
	err := s.act(c, do)
	s.wait(c)
	return err
}

func (s *restlessStore) act(c chance, do func(c chance, n int64)) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.change(c)
	if err := s.count(); err != nil {
		return err
	}
	s.calls++
	do(c, s.calls)
	s.change(c)
	return nil
}

// count lets happen what is to happen right before this call, and says whether the
// process is still alive.
func (s *restlessStore) count() error {
	s.tick++
	s.counted++
	if do := s.at[s.counted]; do != nil {
		delete(s.at, s.counted)
		do()
	}
	if s.killed {
		return errKilled
	}
	return nil
}

// journalCall counts a call to the journal.
func (s *restlessStore) journalCall(string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.count()
}

func (s *restlessStore) wait(c chance) {
	if c.in100(s.delays) {
		time.Sleep(time.Duration(c.Int64N(int64(15 * time.Second))))
	}
}

// fault is one of the failures that any call may meet with.
func (s *restlessStore) fault(c chance) error {
	switch c.IntN(5) {
	case 0:
		return fmt.Errorf("403: %w", ErrAccessDenied)
	case 1:
		return askingStore{time.Duration(c.IntN(5)) * time.Second}
	default:
		return fmt.Errorf("503: %w", ErrTemporary)
	}
}

// An askingStore is the answer of a store that asks for a wait.
type askingStore struct{ wait time.Duration }

func (e askingStore) Error() string             { return "429: come back later" }
func (e askingStore) Is(target error) bool      { return target == ErrTemporary }
func (e askingStore) RetryAfter() time.Duration { return e.wait }

func (s *restlessStore) Identity() Identity {
	return Identity{Kind: "ks3", Endpoint: "https://ks3.test", Region: "BEIJING", ListingProves: s.proves}
}

func (s *restlessStore) Requests() int64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.calls
}

func (s *restlessStore) Head(context.Context, string, string) (Object, error) {
	return Object{}, ErrNoSuchKey
}

func (s *restlessStore) ListBuckets(ctx context.Context) (list []Bucket, err error) {
	met := s.meet("ListBuckets", Ref{}, func(c chance, _ int64) {
		switch {
		case s.bucketsSilent:
			err = fmt.Errorf("list buckets: %w", ErrAccessDenied)
		case c.in100(s.faults / 4):
			err = s.fault(c)
		default:
			list = slices.SortedFunc(maps.Values(s.buckets), func(a, b Bucket) int { return strings.Compare(a.Name, b.Name) })
			s.model.bucketsTold(list)
		}
	})
	return list, cmp.Or(met, ctx.Err(), err)
}

func (s *restlessStore) ListParts(ctx context.Context, ref Ref) (answer PartsAnswer, err error) {
	met := s.meet("ListParts", ref, func(c chance, n int64) { answer, err = s.parts(c, ref); answer.RequestID = fmt.Sprint("req-", n) })
	return answer, cmp.Or(met, ctx.Err(), err)
}

// parts answers a list of parts.
func (s *restlessStore) parts(c chance, ref Ref) (PartsAnswer, error) {
	u := s.uploads[ref]
	if u == nil {
		s.model.wrong("the parts of %v were asked for, which never was", ref)
		return PartsAnswer{}, fmt.Errorf("404: %w", ErrNoSuchUpload)
	}
	if c.in100(s.faults) {
		u.touched = true
		return PartsAnswer{}, s.fault(c)
	}
	if _, ok := s.buckets[ref.Bucket]; !ok {
		return PartsAnswer{}, fmt.Errorf("404: %w", ErrNoSuchBucket)
	}
	if s.partsLie && u.there && c.in100(s.lies) {
		u.touched = true
		if u.absentSince(s.model.accepted[ref]) { // what was gone came back, and is not told
			s.model.partsSayAbsent(ref)
		}
		return PartsAnswer{}, fmt.Errorf("404: %w", ErrNoSuchUpload)
	}
	var answer PartsAnswer
	switch {
	case u.there:
		answer.Parts = (&memUpload{parts: u.parts}).read()
	case s.emptyAbsent:
		s.model.partsSayAbsent(ref)
		answer.Parts = (&memUpload{}).read()
	default:
		s.model.partsSayAbsent(ref)
		return PartsAnswer{}, fmt.Errorf("404: %w", ErrNoSuchUpload)
	}
	if c.in100(s.lies) {
		u.touched = true
		s.garble(c, ref, &answer)
	}
	s.model.partsTold(ref, &answer)
	return answer, nil
}

// garble turns an answer into one that is visibly not what was asked for.
func (s *restlessStore) garble(c chance, ref Ref, answer *PartsAnswer) {
	switch c.IntN(3) {
	case 0:
		answer.Foreign = true
	case 1: // another upload's parts
		other := s.uploads[s.order[c.IntN(len(s.order))]]
		answer.Parts = (&memUpload{parts: other.parts}).read()
		answer.Foreign = true
	default:
		answer.TimeUnknown = true
	}
}

func (s *restlessStore) Abort(ctx context.Context, ref Ref, notAfter time.Time) (receipt Receipt, err error) {
	met := s.meet("Abort", ref, func(c chance, n int64) {
		if s.local().After(notAfter) {
			err = fmt.Errorf("abort %q: %w", ref.Key, ErrTooLate)
			return
		}
		receipt.RequestID = fmt.Sprint("req-", n)
		s.model.abortArrives(ref)
		receipt.Status, err = s.abort(c, ref)
		if err == nil {
			s.model.abortAccepted(ref)
		}
	})
	return receipt, cmp.Or(met, err, ctx.Err()) // done, maybe, and its answer is lost
}

// abort carries an abort out, or does not.
func (s *restlessStore) abort(c chance, ref Ref) (status int, err error) {
	u := s.uploads[ref]
	if u == nil {
		return 404, fmt.Errorf("404: %w", ErrNoSuchUpload)
	}
	if c.in100(s.faults) {
		u.touched = true
		if c.IntN(3) == 0 { // it was done, and its answer is lost
			u.move(false, s.tick)
		}
		return 0, s.fault(c)
	}
	if c.in100(s.lies) {
		u.touched = true
		switch {
		case s.partsLie:
			return 404, fmt.Errorf("404: %w", ErrNoSuchUpload)
		case c.IntN(2) == 0 && (!s.listingsLie || len(u.parts) > 0): // yes, and nothing is done
			return 204, nil
		default: // a part lands right after
			u.parts = append(u.parts[:0:0], memPart{size: 1, modified: s.now()})
			return 204, nil
		}
	}
	if !u.there && !s.secondYes {
		return 404, fmt.Errorf("404: %w", ErrNoSuchUpload)
	}
	u.move(false, s.tick)
	return 204, nil
}

func (s *restlessStore) ListUploads(ctx context.Context, bucket, prefix string) iter.Seq2[UploadPage, error] {
	return func(yield func(UploadPage, error) bool) {
		walk := s.model.beginWalk(bucket, prefix)
		for {
			var page UploadPage
			var err error
			met := s.meet("ListUploads", Ref{Bucket: bucket, Key: prefix}, func(c chance, n int64) {
				err = s.nextPage(c, walk, &page)
				page.RequestID = fmt.Sprint("req-", n)
			})
			if err = cmp.Or(met, ctx.Err(), err); err != nil {
				yield(UploadPage{}, err)
				return
			}
			if !yield(page, nil) || walk.ended {
				return
			}
		}
	}
}
