package emulator

import (
	"context"
	"errors"
	"fmt"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"offcut/engine/emulator/lifecycle"
)

// seedAged puts open uploads of my-bucket on the shelf: "key id age".
func seedAged(t testing.TB, s *Server, uploads ...string) {
	t.Helper()
	err := s.Seed(t.Context(), func(yield func(SeedUpload) bool) {
		for _, u := range uploads {
			f := strings.Fields(u)
			age, err := time.ParseDuration(f[2])
			if err != nil {
				t.Fatal(err)
			}
			if !yield(SeedUpload{Bucket: "my-bucket", Key: f[0], ID: f[1], Age: age}) {
				return
			}
		}
	})
	if err != nil {
		t.Fatal(err)
	}
}

// openIDs lists the ids of the bucket's uploads, without that of the vectors.
func openIDs(t testing.TB, s *Server) (ids []string) {
	t.Helper()
	list := signed(t, s, "GET /?uploads", bucketHost, "").Body.String()
	for _, u := range strings.Split(list, "<UploadId>")[1:] {
		if id, _, _ := strings.Cut(u, "<"); id != vectorID {
			ids = append(ids, id)
		}
	}
	return ids
}

func runLifecycle(t testing.TB, s *Server) LifecycleCounts {
	t.Helper()
	run, err := s.RunLifecycle(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return run.Buckets["my-bucket"]
}

// It is 20:00 on March 1st in Beijing.
func TestExactlyWhatIsDueIsAborted(t *testing.T) {
	s := openAt(t, testNow())
	var events []LifecycleEvent
	s.lifecycle = func(e LifecycleEvent) { events = append(events, e) }
	seedAged(t, s,
		"raw/a old 192h", "raw/a young 1h", "raw/a edge 188h", // since midnight of the 22nd: due at midnight of the 1st
		"raw/a late 187h59m", "raw/b old2 500h", "rab old3 500h", "tmp/c old4 500h", "x/ old5 500h")
	putRules(t, s, lifecycleOf("<ID>raw</ID><Filter><Prefix>raw/</Prefix></Filter>"+abortAfter(7),
		"<ID>off</ID><Status>Disabled</Status><Prefix>tmp/</Prefix>"+abortAfter(1),
		"<Prefix>x/</Prefix>"+abortAfter(20)))
	if got := runLifecycle(t, s); got != (LifecycleCounts{Aborted: 4}) {
		t.Errorf("%+v", got)
	}
	if got := openIDs(t, s); !slices.Equal(got, []string{"old3", "late", "young", "old4"}) {
		t.Errorf("left: %q", got)
	}
	var told []string
	for _, e := range events {
		if e.Bucket != "my-bucket" || e.Action != lifecycle.Abort || !e.Time.Equal(testNow()) {
			t.Errorf("%+v", e)
		}
		told = append(told, e.Key+" "+e.UploadID+" "+e.Rule)
	}
	if want := []string{"raw/a edge raw", "raw/a old raw", "raw/b old2 raw", "x/ old5 "}; !slices.Equal(told, want) {
		t.Errorf("told %q, want %q", told, want)
	}
	if got := runLifecycle(t, s); got != (LifecycleCounts{}) {
		t.Errorf("a second run: %+v", got)
	}
	s.now = func() time.Time { return testNow().Add(4 * time.Hour) } // midnight
	if got := runLifecycle(t, s); got.Aborted != 1 || slices.Contains(openIDs(t, s), "late") {
		t.Errorf("at the next midnight: %+v", got)
	}
}

func TestALifecycleRemovesFiles(t *testing.T) {
	s := openAt(t, testNow())
	for i := range 3 {
		id := initiate(t, s, fmt.Sprintf("/old/%d", i))
		putPart(t, s, fmt.Sprintf("/old/%d", i), id, 1, "one")
		putPart(t, s, fmt.Sprintf("/old/%d", i), id, 2, "two")
	}
	if _, err := s.Age(AgeFilter{}, 10*24*time.Hour); err != nil {
		t.Fatal(err)
	}
	young := initiate(t, s, "/old/0")
	etag := putPart(t, s, "/old/0", young, 1, "young")
	putRules(t, s, lifecycleOf("<Prefix>old/</Prefix>"+abortAfter(7)))
	if got := runLifecycle(t, s); got.Aborted != 3 {
		t.Errorf("%+v", got)
	}
	if n := countFiles(t, s); n != 1 {
		t.Errorf("%d files are left, want 1", n)
	}
	if w := completeParts(t, s, "/old/0", young, 1, etag); w.Code != 200 {
		t.Error(w.Code, w.Body)
	}
	if got := signed(t, s, "GET /old/0", bucketHost, "").Body.String(); got != "young" {
		t.Errorf("the object is %q", got)
	}
}

func TestALifecycleExpiresAndMovesObjects(t *testing.T) {
	now := testNow()
	s := openAt(t, now)
	s.now = func() time.Time { return now }
	for _, key := range []string{"/log/a", "/log/b", "/keep"} {
		if w := signed(t, s, "PUT "+key, bucketHost, "data"); w.Code != 200 {
			t.Fatal(w.Code, w.Body)
		}
	}
	id := initiate(t, s, "/log/c")
	completeParts(t, s, "/log/c", id, 1, putPart(t, s, "/log/c", id, 1, "data"))
	putRules(t, s, lifecycleOf("<ID>log</ID><Prefix>log/</Prefix><Transition><Days>0</Days><StorageClass>STANDARD_IA</StorageClass></Transition>"+
		"<Expiration><Days>3</Days></Expiration>"))
	if got := runLifecycle(t, s); got != (LifecycleCounts{}) {
		t.Errorf("on the same day: %+v", got)
	}
	now = testNow().Add(4 * time.Hour)
	for range 2 {
		want := LifecycleCounts{Transitioned: 3}
		if signed(t, s, "HEAD /log/a", bucketHost, "").Header().Get("X-Kss-Storage-Class") == "STANDARD_IA" {
			want = LifecycleCounts{}
		}
		if got := runLifecycle(t, s); got != want {
			t.Errorf("at midnight: %+v, want %+v", got, want)
		}
	}
	head := signed(t, s, "HEAD /log/c", bucketHost, "").Header()
	if head.Get("X-Kss-Storage-Class") != "STANDARD_IA" || head.Get("Last-Modified") != "Sun, 01 Mar 2026 12:00:00 GMT" {
		t.Errorf("moved: %v", head)
	}
	now = now.Add(time.Minute)
	if w := signed(t, s, "PUT /log/b", bucketHost, "new"); w.Code != 200 { // It is young again.
		t.Fatal(w.Code, w.Body)
	}
	now = testNow().Add(76 * time.Hour)
	if got := runLifecycle(t, s); got != (LifecycleCounts{Expired: 2, Transitioned: 1}) {
		t.Errorf("three days later: %+v", got)
	}
	for key, status := range map[string]int{"/log/a": 404, "/log/b": 200, "/log/c": 404, "/keep": 200} {
		if w := signed(t, s, "HEAD "+key, bucketHost, ""); w.Code != status {
			t.Errorf("%s: %d, want %d", key, w.Code, status)
		}
	}
	if n := countFiles(t, s); n != 2 {
		t.Errorf("%d files are left, want 2", n)
	}
}

func TestALifecycleGoesThroughManyBatches(t *testing.T) {
	s := openAt(t, testNow())
	const many = 2*lifecycleScan + 5
	err := s.Seed(t.Context(), func(yield func(SeedUpload) bool) {
		for i := range many {
			age := time.Hour
			if i%50 == 0 || i == many-1 {
				age = 48 * time.Hour
			}
			if !yield(SeedUpload{Bucket: "my-bucket", Key: "k", ID: fmt.Sprintf("%06d", i), Age: age}) {
				return
			}
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	putRules(t, s, lifecycleOf(abortAfter(1)))
	want := many/50 + 2
	if got := runLifecycle(t, s); got.Aborted != want {
		t.Errorf("%d were aborted, want %d", got.Aborted, want)
	}
	if n, err := s.Age(AgeFilter{Key: "k"}, 0); n != many-want || err != nil {
		t.Errorf("%d are left (%v), want %d", n, err, many-want)
	}
}

// Whoever completes first wins, and nobody sees a half of both.
func TestCompletesRunBesideALifecycle(t *testing.T) {
	s := openAt(t, testNow())
	const n = 60
	ids, etags := make([]string, n), make([]string, n)
	for i := range n {
		path := fmt.Sprintf("/k%02d", i)
		ids[i] = initiate(t, s, path)
		etags[i] = putPart(t, s, path, ids[i], 1, path)
	}
	if _, err := s.Age(AgeFilter{}, 72*time.Hour); err != nil {
		t.Fatal(err)
	}
	var mu sync.Mutex
	aborted := map[string]bool{}
	s.lifecycle = func(e LifecycleEvent) {
		mu.Lock()
		defer mu.Unlock()
		aborted["/"+e.Key] = true
	}
	putRules(t, s, lifecycleOf("<Prefix>k</Prefix>"+abortAfter(1)))
	status := make([]int, n)
	var wg sync.WaitGroup
	for first := range 2 {
		wg.Go(func() {
			for i := first; i < n; i += 2 {
				status[i] = completeParts(t, s, fmt.Sprintf("/k%02d", i), ids[i], 1, etags[i]).Code
			}
		})
	}
	for range 2 {
		wg.Go(func() {
			if _, err := s.RunLifecycle(t.Context()); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	objects := 0
	for i, code := range status {
		path := fmt.Sprintf("/k%02d", i)
		w := signed(t, s, "GET "+path, bucketHost, "")
		switch {
		case code == 200 && !aborted[path] && w.Body.String() == path:
			objects++
		case code == 404 && aborted[path] && w.Code == 404:
		default:
			t.Errorf("%s: complete answered %d, aborted: %t, the object %d", path, code, aborted[path], w.Code)
		}
	}
	if files := countFiles(t, s); files != objects {
		t.Errorf("%d files of %d objects", files, objects)
	}
}

// What became of an upload or of the rules between looking and acting counts.
func TestALifecycleJudgesAgainBeforeItActs(t *testing.T) {
	row := func(key, id string) []byte { return uploadKey("my-bucket", key, id) }
	doc := lifecycleOf(abortAfter(1))
	newWorker := func(t *testing.T) *lifecycleWorker {
		s := openAt(t, testNow())
		seedAged(t, s, "k old 72h", "k young 1h")
		putRules(t, s, doc)
		w := &lifecycleWorker{Server: s, bucket: "my-bucket", now: s.now()}
		if err := w.run(t.Context()); err != nil || w.counts.Aborted != 1 {
			t.Fatal(err, w.counts)
		}
		seedAged(t, s, "k old 72h")
		return w
	}
	var errs []error
	w := newWorker(t)
	n, err := w.decide(openUploads{w}, [][]byte{row("k", "young"), row("k", "gone"), row("k", "old")}, &errs)
	if n != 3 || err != nil || errs != nil || w.counts.Aborted != 2 || !slices.Equal(openIDs(t, w.Server), []string{"young"}) {
		t.Errorf("decided %d: %v %v %+v %q", n, err, errs, w.counts, openIDs(t, w.Server))
	}
	for name, change := range map[string]func(*Server){
		"replaced": func(s *Server) { putRules(t, s, doc+" ") },
		"deleted":  func(s *Server) { signed(t, s, "DELETE /?lifecycle", bucketHost, "") },
	} {
		w := newWorker(t)
		change(w.Server)
		if n, err := w.decide(openUploads{w}, [][]byte{row("k", "old")}, &errs); n != 0 || err != nil || w.counts.Aborted != 1 {
			t.Errorf("the rules were %s: decided %d %v %+v", name, n, err, w.counts)
		}
	}
}

func TestALifecycleStopsWithItsContext(t *testing.T) {
	s := openAt(t, testNow())
	seedAged(t, s, "k old 72h")
	putRules(t, s, lifecycleOf(abortAfter(1)))
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if run, err := s.RunLifecycle(ctx); !errors.Is(err, context.Canceled) || len(run.Buckets) != 0 {
		t.Errorf("%+v %v", run, err)
	}
	w := lifecycleWorker{Server: s, bucket: "my-bucket", now: s.now()}
	if err := w.run(ctx); !errors.Is(err, context.Canceled) || len(openIDs(t, s)) != 1 {
		t.Errorf("%v, left: %q", err, openIDs(t, s))
	}
}

func TestOneBrokenLifecycleLeavesTheOthersAlone(t *testing.T) {
	s := openAt(t, testNow())
	seedAged(t, s, "k old 72h")
	putRules(t, s, lifecycleOf(abortAfter(1)))
	if err := s.CreateBucket("broken", ""); err != nil {
		t.Fatal(err)
	}
	err := s.store.change(func(t tables) error {
		return t.settings.Put(settingKey("broken", settingLifecycle), []byte("x"))
	})
	if err != nil {
		t.Fatal(err)
	}
	run, err := s.RunLifecycle(t.Context())
	if err == nil || !strings.Contains(err.Error(), "bucket broken") || run.Buckets["my-bucket"].Aborted != 1 {
		t.Errorf("%+v %v", run, err)
	}
}

func TestTheAdminPortRunsLifecyclesAtOnce(t *testing.T) {
	s := openAt(t, testNow())
	seedAged(t, s, "k old 72h", "k young 1h")
	for _, want := range []string{`{"buckets":{}}`, `{"buckets":{"my-bucket":{"aborted":1,"expired":0,"transitioned":0}}}`} {
		w := httptest.NewRecorder()
		s.Admin().ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), "POST", "http://127.0.0.1/-/lifecycle", nil))
		if w.Code != 200 || strings.TrimSpace(w.Body.String()) != want {
			t.Errorf("%d %s, want %s", w.Code, w.Body, want)
		}
		putRules(t, s, lifecycleOf(abortAfter(1)))
	}
}

func TestServeLifecycleRunsEveryIntervalUntilItsContextEnds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := openAt(t, time.Now())
		s.now = time.Now
		seedAged(t, s, "k a 23h", "k b 1h")
		putRules(t, s, lifecycleOf(abortAfter(1)))
		var at []time.Time
		s.lifecycle = func(e LifecycleEvent) { at = append(at, e.Time) }
		failures := 0
		ctx, cancel := context.WithTimeout(t.Context(), 72*time.Hour)
		defer cancel()
		s.ServeLifecycle(ctx, time.Minute, func(error) { failures++ })
		if failures != 0 || len(at) != 3 { // The vectors' upload is the third.
			t.Fatalf("%d failures, aborts at %v", failures, at)
		}
		for _, a := range at {
			if past := a.Sub(a.Truncate(24 * time.Hour)); past < 16*time.Hour || past > 16*time.Hour+time.Minute {
				t.Errorf("aborted at %s", a)
			}
		}
		// A run that fails is told, and the next one comes.
		if err := s.store.change(func(t tables) error {
			return t.settings.Put(settingKey("my-bucket", settingLifecycle), []byte("x"))
		}); err != nil {
			t.Fatal(err)
		}
		ctx, cancel = context.WithTimeout(t.Context(), 150*time.Second)
		defer cancel()
		s.ServeLifecycle(ctx, time.Minute, func(error) { failures++ })
		if failures != 3 {
			t.Errorf("%d failures in two minutes and a half", failures)
		}
	})
}
