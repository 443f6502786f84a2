package survey

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"strings"
	"sync"
	"testing"
	"time"

	"offcut/engine"
	"offcut/rules"
)

// A testStore holds uploads of one bucket, in pages of two.
type testStore struct {
	engine.Store // the methods that a survey must not call panic
	uploads      []rules.Upload
	parts        map[string]rules.Parts // by upload id; one that is missing does not exist
	partsErr     error                  // instead of every answer to ListParts
	listErr      error                  // after all pages
	date         time.Time

	mu       sync.Mutex
	requests int64
}

func (s *testStore) Identity() engine.Identity { return engine.Identity{Kind: "ks3"} }

func (s *testStore) Head(context.Context, string, string) (engine.Object, error) {
	return engine.Object{}, engine.ErrNoSuchKey
}

func (s *testStore) Requests() int64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.requests
}

func (s *testStore) sent() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.requests++
}

func (s *testStore) ListUploads(_ context.Context, _, prefix string) iter.Seq2[engine.UploadPage, error] {
	return func(yield func(engine.UploadPage, error) bool) {
		page := engine.UploadPage{Date: s.date, Notes: []string{"pages are small"}}
		for _, u := range s.uploads {
			if page.Uploads = append(page.Uploads, u); len(page.Uploads) == 2 {
				s.sent()
				if !yield(page, nil) {
					return
				}
				page.Uploads = nil
			}
		}
		s.sent()
		if s.listErr != nil {
			yield(engine.UploadPage{}, s.listErr)
			return
		}
		yield(page, nil)
	}
}

func (s *testStore) ListParts(_ context.Context, ref engine.Ref) (engine.PartsAnswer, error) {
	s.sent()
	if s.partsErr != nil {
		return engine.PartsAnswer{}, s.partsErr
	}
	parts, ok := s.parts[ref.ID]
	if !ok {
		return engine.PartsAnswer{}, fmt.Errorf("list parts: %w", engine.ErrNoSuchUpload)
	}
	return engine.PartsAnswer{Parts: parts}, nil
}

func now() time.Time { return time.Date(2026, 11, 22, 3, 0, 0, 0, time.UTC) }

func (s *testStore) add(key, owner string, age time.Duration, parts rules.Parts) {
	id := fmt.Sprintf("id%d", len(s.uploads))
	s.uploads = append(s.uploads, rules.Upload{
		Bucket: "media", Key: key, ID: id, Initiated: now().Add(-age), StorageClass: "STANDARD", Owner: owner,
	})
	if s.parts == nil {
		s.parts = map[string]rules.Parts{}
	}
	s.parts[id] = parts
}

func take(t *testing.T, s *testStore, o Options) *Survey {
	t.Helper()
	o.Bucket, o.Clock = "media", now
	if s.date.IsZero() {
		s.date = now()
	}
	got, err := Take(t.Context(), s, o)
	if err != nil {
		t.Fatal(err)
	}
	return got
}

func parts(n int, bytes int64, idle time.Duration) rules.Parts {
	return rules.Parts{Count: n, Bytes: bytes, Newest: now().Add(-idle)}
}

func TestTakeAddsUp(t *testing.T) {
	s := &testStore{}
	s.add("raw/a", "alice", 12*time.Hour, parts(1, 10, time.Hour))
	s.add("raw/b", "bob", 8*day, parts(2, 200, 2*day))
	s.add("raw/b", "bob", 31*day, rules.Parts{})
	s.add("top", "alice", 24*time.Hour, rules.Parts{Count: 1, Bytes: 3000, TimeUnknown: true})
	s.add("raw/later", "bob", -time.Hour, parts(1, 40000, 0))
	s.add("raw/epoch", "bob", now().Sub(time.Unix(0, 0)), rules.Parts{}) // no store is that old: it is a start that is not told
	got := take(t, s, Options{PartsLimit: 100})

	if got.Uploads != 6 || got.Measured != 6 || got.Parts != 5 || got.Bytes != 43210 || got.StartUnknown != 2 || got.Requests != 10 {
		t.Errorf("%+v", got)
	}
	if got.Oldest == nil || got.Oldest.ID != "id2" {
		t.Errorf("oldest %+v", got.Oldest)
	}
	want := [Bands]Band{
		{Uploads: 1, Measured: 1, Bytes: 10, Idle: [Bands]int64{1, 0, 0, 0, 0}},
		{Uploads: 1, Measured: 1, Bytes: 3000}, // an unknown time of a part counts as no idle time at all
		{},
		{Uploads: 1, Measured: 1, Bytes: 200, Idle: [Bands]int64{0, 1, 0, 0, 0}},
		{Uploads: 1, Measured: 1, Bytes: 0, Idle: [Bands]int64{0, 0, 0, 0, 1}}, // without parts: since it was initiated
	}
	if got.Ages != want {
		t.Errorf("ages\n got %+v\nwant %+v", got.Ages, want)
	}
	if names := groupNames(got.Prefixes); names != "raw/=5 =1" {
		t.Errorf("prefixes %s", names)
	}
	if names := groupNames(got.Owners); names != "bob=4 alice=2" {
		t.Errorf("owners %s", names)
	}
	if got.Err != nil || len(got.Notes) != 1 {
		t.Errorf("%v, %q", got.Err, got.Notes)
	}
}

func groupNames(groups []Group) string {
	var names []string
	for _, g := range groups {
		names = append(names, fmt.Sprintf("%s=%d", g.Name, g.Uploads))
	}
	return strings.Join(names, " ")
}

func TestTakeReadsNoMorePartsThanItMay(t *testing.T) {
	for limit, want := range map[int64]int64{0: 0, 3: 3, 100: 10} {
		s := &testStore{}
		for range 10 {
			s.add("raw/a", "alice", day, parts(1, 10, day))
		}
		if got := take(t, s, Options{PartsLimit: limit}); got.Uploads != 10 || got.Measured != want {
			t.Errorf("limit %d: %d of %d measured", limit, got.Measured, got.Uploads)
		}
	}
}

func TestTakeTellsWhatItCouldNotRead(t *testing.T) {
	s := &testStore{}
	s.add("raw/gone", "alice", day, rules.Parts{})
	s.add("raw/odd", "alice", day, rules.Parts{Foreign: true})
	s.add("raw/torn", "alice", day, rules.Parts{Unreadable: true})
	delete(s.parts, "id0")
	got := take(t, s, Options{PartsLimit: 100})
	if got.Vanished != 1 || got.Unreadable != 2 || got.Measured != 0 || got.Bytes != 0 {
		t.Errorf("%+v", got)
	}
}

func TestTakeStopsAskingWhereItIsForbidden(t *testing.T) {
	s := &testStore{partsErr: fmt.Errorf("403: %w", engine.ErrAccessDenied)}
	for range 50 {
		s.add("raw/a", "alice", day, rules.Parts{})
	}
	got := take(t, s, Options{PartsLimit: 100, Parallelism: 1})
	if got.Unreadable == 0 || got.Unreadable > 10 {
		t.Errorf("%d refusals before it stopped asking", got.Unreadable)
	}
	if all := strings.Join(got.Notes, "\n"); !strings.Contains(all, "403") {
		t.Errorf("nothing says why: %q", all)
	}
}

func TestTakeKeepsWhatCameBeforeAnError(t *testing.T) {
	s := &testStore{listErr: errors.New("503 SlowDown")}
	s.add("raw/a", "alice", day, parts(1, 10, day))
	s.add("raw/b", "alice", day, parts(1, 10, day))
	got := take(t, s, Options{PartsLimit: 100})
	if !errors.Is(got.Err, s.listErr) || got.Uploads != 2 || got.Measured != 2 {
		t.Errorf("%+v", got)
	}
}

func TestTakeDoesNotTrustAKeyOutsideThePrefix(t *testing.T) {
	s := &testStore{}
	s.add("other/a", "alice", day, rules.Parts{})
	s.add("other/b", "alice", day, rules.Parts{})
	got := take(t, s, Options{Prefix: "raw/", PartsLimit: 100})
	if got.Err == nil || got.Uploads != 0 {
		t.Errorf("%+v", got)
	}
}

func TestTakeEndsWithTheContext(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	s := &testStore{listErr: context.Canceled}
	if got, err := Take(ctx, s, Options{Clock: now}); !errors.Is(err, context.Canceled) || got != nil {
		t.Errorf("%v, %v", got, err)
	}
}

func TestClockIsTheEarlierOne(t *testing.T) {
	for _, c := range []struct {
		date time.Time
		now  time.Time
		note bool
	}{
		{now().Add(-time.Minute), now().Add(-time.Minute), false},
		{now().Add(time.Minute), now(), false},
		{now().Add(6 * time.Minute), now(), true},
		{now().Add(-6 * time.Minute), now().Add(-6 * time.Minute), true},
	} {
		got := take(t, &testStore{date: c.date}, Options{})
		if !got.Now.Equal(c.now) || got.Skew != c.date.Sub(now()) || (len(got.Notes) > 1) != c.note {
			t.Errorf("%v: now %v, skew %v, %q", c.date, got.Now, got.Skew, got.Notes)
		}
	}
}

// However many names there are, a bounded number is remembered and the rest is
// still counted.
func TestGroupsAreBounded(t *testing.T) {
	g := groups{byName: map[string]*Group{}}
	for i := range maxGroups + 500 {
		name := fmt.Sprint(i)
		g.listed(name, now())
		g.find(name).Bytes += 10
	}
	if len(g.byName) != maxGroups {
		t.Errorf("%d names are remembered", len(g.byName))
	}
	top, rest := g.top()
	if len(top) != shownGroups || rest.Groups != maxGroups-shownGroups+1 || rest.Uploads != maxGroups+500-shownGroups || rest.Bytes != 10*rest.Uploads {
		t.Errorf("%d groups and %+v", len(top), rest)
	}
}

func TestBandOf(t *testing.T) {
	for age, want := range map[time.Duration]int{
		0: 0, day - 1: 0, day: 1, 3*day - 1: 1, 3 * day: 2, 7 * day: 3, 30*day - 1: 3, 30 * day: 4, 3000 * day: 4,
	} {
		if got := bandOf(age); got != want {
			t.Errorf("%v is in band %d, want %d", age, got, want)
		}
	}
}
