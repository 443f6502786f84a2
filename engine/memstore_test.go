package engine

import (
	"context"
	"crypto/sha256"
	"fmt"
	"iter"
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"offcut/rules"
)

// epoch is the present of the tests: what memStore and Options.Clock say unless a
// test sets something else.
var epoch = time.Date(2026, 3, 14, 12, 0, 0, 0, time.UTC)

// A memStore is a Store in memory whose behaviour tests can script. Its fields
// are set before the first call; everything else goes through its methods. Hooks
// run without its lock, so that they may change the store while a call is in hand.
type memStore struct {
	identity Identity
	pageSize int
	clock    func() time.Time // the store's clock: Date of every page, time of new parts
	local    func() time.Time // when set, Abort compares notAfter with it

	// onListBuckets, onListParts and onAbort run before the call has any effect; an
	// error of theirs is the call's answer, and the call has none.
	onListBuckets func() error
	onListParts   func(Ref) error
	onAbort       func(Ref) error
	onHead        func(Ref) error // likewise; the ref has no id
	// onParts may alter the answer of a list of parts.
	onParts func(Ref, *PartsAnswer)
	// onListUploads runs before the bucket is looked up, once for each page.
	onListUploads func(bucket, prefix string) error
	// onPage may alter a page of a listing, counted from 1, before it is sent, or
	// replace it by an error.
	onPage func(bucket, prefix string, n int, page *UploadPage) error

	mu      sync.Mutex
	buckets map[string]Bucket
	uploads map[Ref]*memUpload
	objects map[Ref]Object // refs without id
	sorted  []Ref          // of uploads in listing order; nil after a change
	sticky  map[Ref]bool
	calls   []memCall
}

type memUpload struct {
	rules.Upload
	parts []memPart
}

type memPart struct {
	size     int64
	modified time.Time // zero: the store answers no readable time
}

// A memCall is one request that a memStore got. Key and ID are empty where the
// action has none; for ListUploads, Key is the prefix.
type memCall struct {
	action string // ListBuckets, ListUploads, ListParts, Head, Abort
	ref    Ref
}

var _ Store = (*memStore)(nil)

// newMemStore makes a store of the kind ks3 that holds empty buckets.
func newMemStore(buckets ...string) *memStore {
	s := &memStore{
		identity: Identity{Kind: "ks3", Endpoint: "https://ks3.test", Region: "BEIJING", ListingProves: true},
		pageSize: 1000,
		clock:    func() time.Time { return epoch },
		buckets:  map[string]Bucket{},
		uploads:  map[Ref]*memUpload{},
		objects:  map[Ref]Object{},
		sticky:   map[Ref]bool{},
	}
	for _, name := range buckets {
		s.buckets[name] = Bucket{Name: name, Region: "BEIJING", Owner: "42", Created: epoch.AddDate(-1, 0, 0)}
	}
	return s
}

// put adds or replaces an upload that was initiated age before epoch, with one
// part of 1 MiB for each of idle, received so long before epoch.
func (s *memStore) put(bucket, key, id string, age time.Duration, idle ...time.Duration) Ref {
	u := rules.Upload{Bucket: bucket, Key: key, ID: id, Initiated: epoch.Add(-age), StorageClass: "STANDARD", Owner: "42"}
	up := &memUpload{Upload: u}
	for _, d := range idle {
		up.parts = append(up.parts, memPart{size: 1 << 20, modified: epoch.Add(-d)})
	}
	ref := Ref{Bucket: bucket, Key: key, ID: id}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.uploads[ref], s.sorted = up, nil
	return ref
}

// edit changes an upload in place; it must exist.
func (s *memStore) edit(ref Ref, change func(*memUpload)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	change(s.uploads[ref])
}

// addPart adds a part that arrives now, by the store's clock.
func (s *memStore) addPart(ref Ref, size int64) {
	now := s.clock()
	s.edit(ref, func(u *memUpload) { u.parts = append(u.parts, memPart{size: size, modified: now}) })
}

// remove takes an upload away, as a completion or somebody else's abort does.
func (s *memStore) remove(ref Ref) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.uploads, ref)
	s.sorted = nil
}

// staysListed makes aborts of an upload answer yes and change nothing.
func (s *memStore) staysListed(ref Ref, stays bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.sticky[ref] = stays
}

// has reports whether the store holds an upload.
func (s *memStore) has(ref Ref) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.uploads[ref] != nil
}

// refs lists what the store holds, in listing order.
func (s *memStore) refs() []Ref {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.inOrder())
}

// called counts the requests of one action.
func (s *memStore) called(action string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	n := 0
	for _, c := range s.calls {
		if c.action == action {
			n++
		}
	}
	return n
}

// log returns every request so far, in the order of arrival.
func (s *memStore) log() []memCall {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.calls)
}

func (s *memStore) record(action string, ref Ref) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.calls = append(s.calls, memCall{action, ref})
	return fmt.Sprintf("req-%d", len(s.calls))
}

func (s *memStore) Identity() Identity { return s.identity }

func (s *memStore) Head(ctx context.Context, bucket, key string) (Object, error) {
	ref := Ref{Bucket: bucket, Key: key}
	id := s.record("Head", ref)
	if s.onHead != nil {
		if err := s.onHead(ref); err != nil {
			return Object{}, err
		}
	}
	if err := ctx.Err(); err != nil {
		return Object{}, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	object, ok := s.objects[ref]
	if !ok {
		return Object{}, fmt.Errorf("head %q: %w", key, ErrNoSuchKey)
	}
	object.RequestID = id
	return object, nil
}

// hold puts an object under a key, as a completion, a copy or a put does.
func (s *memStore) hold(bucket, key string, o Object) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.objects[Ref{Bucket: bucket, Key: key}] = o
}

func (s *memStore) Requests() int64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	return int64(len(s.calls))
}

func (s *memStore) ListBuckets(ctx context.Context) ([]Bucket, error) {
	s.record("ListBuckets", Ref{})
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	if s.onListBuckets != nil {
		if err := s.onListBuckets(); err != nil {
			return nil, err
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.SortedFunc(maps.Values(s.buckets), func(a, b Bucket) int { return strings.Compare(a.Name, b.Name) }), nil
}

func (s *memStore) ListUploads(ctx context.Context, bucket, prefix string) iter.Seq2[UploadPage, error] {
	return func(yield func(UploadPage, error) bool) {
		var marker *Ref
		for n := 1; ; n++ {
			id := s.record("ListUploads", Ref{Bucket: bucket, Key: prefix})
			if s.onListUploads != nil {
				if err := s.onListUploads(bucket, prefix); err != nil {
					yield(UploadPage{}, err)
					return
				}
			}
			page, next, err := s.page(bucket, prefix, marker)
			page.RequestID, page.Date = id, s.clock()
			if err == nil && s.onPage != nil {
				err = s.onPage(bucket, prefix, n, &page)
			}
			if ctx.Err() != nil {
				err = ctx.Err()
			}
			if err != nil {
				yield(UploadPage{}, err)
				return
			}
			if !yield(page, nil) || next == nil {
				return
			}
			marker = next
		}
	}
}

// page is the page after marker, and the marker of the next one if there is one.
func (s *memStore) page(bucket, prefix string, marker *Ref) (page UploadPage, next *Ref, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if _, ok := s.buckets[bucket]; !ok {
		return page, nil, fmt.Errorf("list uploads of %s: %w", bucket, ErrNoSuchBucket)
	}
	all := s.inOrder()
	start := 0
	if marker != nil {
		start, _ = slices.BinarySearchFunc(all, *marker, compareRefs)
		if start < len(all) && all[start] == *marker {
			start++
		}
	}
	for _, ref := range all[start:] {
		if ref.Bucket != bucket || !strings.HasPrefix(ref.Key, prefix) {
			continue
		}
		if len(page.Uploads) == s.pageSize {
			last := page.Uploads[len(page.Uploads)-1]
			return page, &Ref{last.Bucket, last.Key, last.ID}, nil
		}
		page.Uploads = append(page.Uploads, s.uploads[ref].Upload)
	}
	return page, nil, nil
}

func (s *memStore) inOrder() []Ref {
	if s.sorted == nil {
		s.sorted = slices.SortedFunc(maps.Keys(s.uploads), compareRefs)
	}
	return s.sorted
}

func compareRefs(a, b Ref) int {
	return slices.Compare([]string{a.Bucket, a.Key, a.ID}, []string{b.Bucket, b.Key, b.ID})
}

func (s *memStore) ListParts(ctx context.Context, ref Ref) (PartsAnswer, error) {
	id := s.record("ListParts", ref)
	if s.onListParts != nil {
		if err := s.onListParts(ref); err != nil {
			return PartsAnswer{}, err
		}
	}
	if err := ctx.Err(); err != nil {
		return PartsAnswer{}, err
	}
	s.mu.Lock()
	u := s.uploads[ref]
	if u == nil {
		s.mu.Unlock()
		return PartsAnswer{}, fmt.Errorf("list the parts of %q: %w", ref.Key, ErrNoSuchUpload)
	}
	answer := PartsAnswer{Parts: u.read(), RequestID: id}
	s.mu.Unlock()
	if s.onParts != nil {
		s.onParts(ref, &answer)
	}
	return answer, nil
}

// read sums the parts up as a client does.
func (u *memUpload) read() rules.Parts {
	p := rules.Parts{Count: len(u.parts)}
	sum := sha256.New()
	for i, part := range u.parts {
		p.Bytes += part.size
		if part.modified.IsZero() {
			p.TimeUnknown = true
		}
		if part.modified.After(p.Newest) {
			p.Newest = part.modified
		}
		sum.Write(fmt.Appendln(nil, i+1, part.size, part.modified.UnixNano()))
	}
	p.Fingerprint = fmt.Sprintf("%x", sum.Sum(nil)[:16])
	return p
}

func (s *memStore) Abort(ctx context.Context, ref Ref, notAfter time.Time) (Receipt, error) {
	if ref.Bucket == "" || ref.Key == "" || ref.ID == "" {
		return Receipt{}, fmt.Errorf("abort %+v: not addressed in full, nothing was sent", ref)
	}
	if s.local != nil && s.local().After(notAfter) {
		return Receipt{}, fmt.Errorf("abort %q: %w", ref.Key, ErrTooLate)
	}
	id := s.record("Abort", ref)
	if s.onAbort != nil {
		if err := s.onAbort(ref); err != nil {
			return Receipt{RequestID: id}, err
		}
	}
	if err := ctx.Err(); err != nil {
		return Receipt{RequestID: id}, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.uploads[ref] == nil {
		return Receipt{Status: 404, RequestID: id}, fmt.Errorf("abort %q: %w", ref.Key, ErrNoSuchUpload)
	}
	if !s.sticky[ref] {
		delete(s.uploads, ref)
		s.sorted = nil
	}
	return Receipt{Status: 204, RequestID: id}, nil
}

// testRule is a rule over one bucket and prefixes of provider ks3: stale after
// seven days, idle for one, at most 10,000 uploads.
func testRule(name, bucket string, prefixes ...string) rules.Rule {
	slices.Sort(prefixes)
	return rules.Rule{
		Address: "rule." + name, Name: name, Provider: "ks3",
		Scan:   rules.Scan{Buckets: []string{bucket}, Prefixes: prefixes},
		Stale:  rules.Stale{OlderThan: 7 * day, IdleFor: day},
		Limits: rules.Limits{MaxUploads: 10_000},
	}
}

const day = 24 * time.Hour

// testConfig is a configuration of these rules with the provider ks3.
func testConfig(rs ...rules.Rule) *rules.Config {
	slices.SortFunc(rs, func(a, b rules.Rule) int { return strings.Compare(a.Address, b.Address) })
	return &rules.Config{
		MinimumAge: day,
		Providers:  []rules.Provider{{Address: "ks3", Kind: "ks3", Region: "BEIJING"}},
		Rules:      rs,
	}
}

// testOptions are options with the clock at epoch and a directory of the test's.
func testOptions(t testing.TB) Options {
	return Options{Dir: t.TempDir(), Parallelism: 4, Clock: func() time.Time { return epoch }}
}
