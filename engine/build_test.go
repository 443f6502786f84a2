package engine

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
	"unsafe"

	"offcut/rules"
)

// buildPlan builds a plan of one store and closes it with the test.
func buildPlan(t testing.TB, s Store, cfg *rules.Config, opts Options) *Plan {
	t.Helper()
	return buildPlanOf(t, Stores{"ks3": s}, cfg, opts)
}

func buildPlanOf(t testing.TB, stores Stores, cfg *rules.Config, opts Options) *Plan {
	t.Helper()
	plan, err := Build(t.Context(), stores, cfg, opts)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := plan.Close(); err != nil {
			t.Error(err)
		}
	})
	return plan
}

func itemsOf(t testing.TB, p *Plan) []Item {
	t.Helper()
	var items []Item
	for item, err := range p.Items() {
		if err != nil {
			t.Fatal(err)
		}
		items = append(items, item)
	}
	return items
}

// planned lists what a plan names, as "bucket/key id".
func planned(t testing.TB, p *Plan) []string {
	t.Helper()
	names := []string{}
	for _, item := range itemsOf(t, p) {
		names = append(names, item.Upload.Bucket+"/"+item.Upload.Key+" "+item.Upload.ID)
	}
	return names
}

func wantPlanned(t testing.TB, p *Plan, want ...string) {
	t.Helper()
	if got := planned(t, p); !slices.Equal(got, want) {
		t.Errorf("planned %q, want %q", got, want)
	}
}

func wantKept(t testing.TB, p *Plan, want map[rules.Reason]int64) {
	t.Helper()
	if !maps.Equal(p.Kept, want) {
		t.Errorf("kept %v, want %v", p.Kept, want)
	}
}

func scopeOf(t testing.TB, p *Plan, bucket, prefix string) *Scope {
	t.Helper()
	for i := range p.Scopes {
		if s := &p.Scopes[i]; s.Bucket == bucket && s.Prefix == prefix {
			return s
		}
	}
	t.Fatalf("no scope %s/%s in %+v", bucket, prefix, p.Scopes)
	return nil
}

func TestBuildPlansWhatIsStale(t *testing.T) {
	s := newMemStore("media")
	s.pageSize = 2
	s.put("media", "raw/a", "stale", 9*day, 8*day, 3*day)
	s.put("media", "raw/a", "young", 2*day, 2*day)
	s.put("media", "raw/b", "active", 30*day, time.Hour)
	s.put("media", "raw/c", "no-parts", 8*day)
	s.put("media", "tmp/d", "elsewhere", 90*day)
	opts := testOptions(t)
	opts.RecordKept = true
	p := buildPlan(t, s, testConfig(testRule("stale", "media", "raw/")), opts)

	wantPlanned(t, p, "media/raw/a stale", "media/raw/c no-parts")
	wantKept(t, p, map[rules.Reason]int64{rules.KeepYoung: 1, rules.KeepActive: 1})
	items := itemsOf(t, p)
	first := items[0]
	if first.Rule != "rule.stale" || first.Reason != rules.AbortStale || first.Age != 9*day || first.Idle != 3*day ||
		first.Parts.Count != 2 || first.Parts.Bytes != 2<<20 || first.Upload.Provider != "ks3" {
		t.Errorf("first item is %+v", first)
	}
	if items[1].Idle != 8*day {
		t.Errorf("an upload without parts is idle for %v, want its age", items[1].Idle)
	}
	if p.Listed != 4 || p.Rules[0].Listed != 4 || p.Abort.Uploads != 2 || p.Abort.Parts != 2 || p.Abort.Bytes != 2<<20 {
		t.Errorf("totals are wrong: %+v", p)
	}
	if !p.Whole() || p.Partial || len(p.ID) != 16 || p.Requests != s.Requests() || p.Requests != 1+2+3 {
		t.Errorf("plan %q: whole %v, partial %v, %d requests of %d", p.ID, p.Whole(), p.Partial, p.Requests, s.Requests())
	}
	var kept []string
	for k, err := range p.KeptItems() {
		if err != nil {
			t.Fatal(err)
		}
		kept = append(kept, fmt.Sprintf("%s %s %s %v", k.Upload.ID, k.Reason, k.By, k.Parts != nil))
	}
	if want := []string{"young young rule.stale false", "active active rule.stale true"}; !slices.Equal(kept, want) {
		t.Errorf("kept items %q, want %q", kept, want)
	}
}

func TestBuildStatusOfProviders(t *testing.T) {
	s := newMemStore("media", "other")
	s.clock = func() time.Time { return epoch.Add(-3 * time.Second) }
	p := buildPlan(t, s, testConfig(testRule("stale", "media", "")), testOptions(t))
	got := p.Providers[0]
	if got.Address != "ks3" || got.Identity != s.identity || len(got.Buckets) != 1 || got.Buckets[0].Owner != "42" {
		t.Errorf("provider status %+v", got)
	}
	if !got.Now.Equal(epoch.Add(-3*time.Second)) || got.Skew != -3*time.Second {
		t.Errorf("now %v, skew %v: want the store's clock, which is behind", got.Now, got.Skew)
	}
	s.clock = func() time.Time { return epoch.Add(3 * time.Second) }
	p = buildPlan(t, s, testConfig(testRule("stale", "media", "")), testOptions(t))
	if got := p.Providers[0]; !got.Now.Equal(epoch) || got.Skew != 3*time.Second {
		t.Errorf("now %v, skew %v: want the local clock, which is behind", got.Now, got.Skew)
	}
}

// A verdict is reached by all rules; Acting only chooses who may act on it.
func TestBuildActing(t *testing.T) {
	strict, lax := testRule("strict", "media", "raw/"), testRule("lax", "media", "raw/")
	strict.Stale.OlderThan = 60 * day
	deep := testRule("deep", "media", "raw/deep/")
	cfg := testConfig(strict, lax, deep)

	s := newMemStore("media")
	s.put("media", "raw/a", "between", 10*day)
	s.put("media", "raw/b", "old", 90*day)
	s.put("media", "raw/deep/c", "deep", 90*day)
	opts := testOptions(t)
	opts.Acting = []string{"rule.lax"}
	p := buildPlan(t, s, cfg, opts)

	wantPlanned(t, p, "media/raw/b old")
	wantKept(t, p, map[rules.Reason]int64{rules.KeepYoung: 1})
	if p.Listed != 3 || !p.Partial || !slices.Equal(p.Acting, opts.Acting) || len(p.Rules) != 1 {
		t.Errorf("listed %d, partial %v, acting %v", p.Listed, p.Partial, p.Acting)
	}
	if itemsOf(t, p)[0].Rule != "rule.lax" {
		t.Errorf("the item's rule is %s, which may not act", itemsOf(t, p)[0].Rule)
	}
	// What only rule.deep may decide about is not asked for.
	if n := s.called("ListParts"); n != 1 {
		t.Errorf("%d part lists were read, want 1", n)
	}
}

func TestBuildOfTwoProviders(t *testing.T) {
	a, b := newMemStore("media"), newMemStore("media")
	b.identity.Kind = "s3"
	a.put("media", "k", "1", 9*day, 9*day)
	b.edit(b.put("media", "k", "2", 9*day, 9*day, 9*day), func(u *memUpload) { u.Owner, u.Initiator = "", "ann" })
	second := testRule("second", "media", "")
	second.Provider = "s3.minio"
	cfg := testConfig(testRule("first", "media", ""), second)
	cfg.Providers = append(cfg.Providers, rules.Provider{Address: "s3.minio", Kind: "s3"})
	p := buildPlanOf(t, Stores{"ks3": a, "s3.minio": b}, cfg, testOptions(t))

	wantPlanned(t, p, "media/k 1", "media/k 2")
	if len(p.ByBucket) != 2 || p.ByBucket[0].Name != "s3.minio/media" || p.ByBucket[1].Name != "ks3/media" {
		t.Errorf("by bucket %+v: want the larger one first", p.ByBucket)
	}
	if len(p.ByOwner) != 2 || p.ByOwner[0].Name != "ann" || p.ByOwner[0].Bytes != 2<<20 || p.ByOwner[1].Name != "42" {
		t.Errorf("by owner %+v: want the initiator where the owner is not told", p.ByOwner)
	}
	if p.Abort.Cost.UnpricedBytes != 2<<20 || p.Abort.Cost.Monthly <= 0 {
		t.Errorf("cost %+v: ks3 has a price, s3 has none", p.Abort.Cost)
	}
}

// An upload that a server lists twice is one item, and its bytes count once.
func TestBuildCountsDuplicatesOnce(t *testing.T) {
	s := newMemStore("media")
	s.put("media", "k", "1", 9*day, 9*day)
	s.onPage = func(_, _ string, _ int, page *UploadPage) error {
		page.Uploads = append(page.Uploads, page.Uploads...)
		return nil
	}
	p := buildPlan(t, s, testConfig(testRule("stale", "media", "")), testOptions(t))
	wantPlanned(t, p, "media/k 1")
	if p.Abort.Uploads != 1 || p.Abort.Bytes != 1<<20 {
		t.Errorf("abort totals %+v, want one upload", p.Abort)
	}
}

func TestBuildOfPartsThatVanishOrFail(t *testing.T) {
	s := newMemStore("media")
	gone := s.put("media", "gone", "1", 9*day)
	denied := s.put("media", "denied", "1", 9*day)
	s.put("media", "stale", "1", 9*day)
	s.onListParts = func(ref Ref) error {
		switch ref {
		case gone:
			s.remove(gone)
		case denied:
			return fmt.Errorf("list the parts: %w: the right ks3:ListMultipartUploadParts is missing", ErrAccessDenied)
		}
		return nil
	}
	p := buildPlan(t, s, testConfig(testRule("stale", "media", "")), testOptions(t))
	wantPlanned(t, p, "media/stale 1")
	wantKept(t, p, map[rules.Reason]int64{rules.KeepPartsUnreadable: 2})
	if p.Listed != 3 || p.Unread != 1 || p.Scopes[0].Unread != 1 {
		t.Errorf("listed %d, unread %d, in the scope %d", p.Listed, p.Unread, p.Scopes[0].Unread)
	}
	notes := strings.Join(p.Scopes[0].Notes, "\n") + fmt.Sprint(p.Scopes[0].UnreadBy)
	for _, want := range []string{"ks3:ListMultipartUploadParts", "lists 1 upload that it answers NoSuchUpload for"} {
		if !strings.Contains(notes, want) {
			t.Errorf("the scope's notes do not say why parts were not read: %q does not hold %q", notes, want)
		}
	}
}

// Ages count from the provider's instant, not from the machine's clock.
func TestBuildCountsAgesFromTheEarlierClock(t *testing.T) {
	s := newMemStore("media")
	s.clock = func() time.Time { return epoch.Add(-time.Minute) }
	s.put("media", "old enough", "1", 7*day+time.Minute)
	s.put("media", "a second short", "1", 7*day+time.Minute-time.Second)
	s.put("media", "active", "1", 9*day, day+time.Minute-time.Second)
	p := buildPlan(t, s, testConfig(testRule("a", "media", "")), testOptions(t))
	wantPlanned(t, p, "media/old enough 1")
	wantKept(t, p, map[rules.Reason]int64{rules.KeepYoung: 1, rules.KeepActive: 1})
	if item := itemsOf(t, p)[0]; item.Age != 7*day || item.Idle != 7*day {
		t.Errorf("age %v, idle %v, want seven days each", item.Age, item.Idle)
	}
}

// What waits for its parts must not hold the memory of its whole page.
func TestDetachedSharesNoMemory(t *testing.T) {
	page := "bucketkeyidclassownerinitiator"
	u := rules.Upload{Bucket: page[:6], Key: page[6:9], ID: page[9:11], StorageClass: page[11:16], Owner: page[16:21], Initiator: page[21:]}
	c := detached(&u)
	if c != u {
		t.Errorf("the copy of %+v is %+v", u, c)
	}
	for _, pair := range [][2]string{{u.Bucket, c.Bucket}, {u.Key, c.Key}, {u.ID, c.ID}, {u.StorageClass, c.StorageClass}, {u.Owner, c.Owner}, {u.Initiator, c.Initiator}} {
		if unsafe.StringData(pair[0]) == unsafe.StringData(pair[1]) {
			t.Errorf("%q shares its memory with the page", pair[0])
		}
	}
}

func TestBuildRefusesWhatItCannotDo(t *testing.T) {
	s := newMemStore("media")
	good := testConfig(testRule("stale", "media", ""))
	nowhere := testConfig(testRule("stale", "media"))
	for name, c := range map[string]struct {
		stores Stores
		cfg    *rules.Config
		change func(*Options)
		want   string
	}{
		"no rules":          {Stores{"ks3": s}, testConfig(), nil, "no rule"},
		"no prefixes":       {Stores{"ks3": s}, nowhere, nil, "rule.stale looks nowhere"},
		"no store":          {Stores{}, good, nil, "provider ks3"},
		"no directory":      {Stores{"ks3": s}, good, func(o *Options) { o.Dir = "" }, "Options.Dir"},
		"unknown actor":     {Stores{"ks3": s}, good, func(o *Options) { o.Acting = []string{"rule.x"} }, "rule.x"},
		"nobody may act":    {Stores{"ks3": s}, good, func(o *Options) { o.Acting = []string{} }, "no rule may act"},
		"directory is file": {Stores{"ks3": s}, good, func(o *Options) { o.Dir = "/dev/null/x" }, "no working file can be made"},
	} {
		t.Run(name, func(t *testing.T) {
			opts := testOptions(t)
			if c.change != nil {
				c.change(&opts)
			}
			p, err := Build(t.Context(), c.stores, c.cfg, opts)
			if p != nil || err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("plan %v, error %v: want one that says %q", p, err, c.want)
			}
		})
	}
	if s.Requests() != 0 {
		t.Errorf("%d requests were sent", s.Requests())
	}
}

// events collects what an observer hears.
type events struct {
	mu  sync.Mutex
	all []Event
}

func (e *events) Observe(event Event) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.all = append(e.all, event)
}

func TestBuildTellsTheObserver(t *testing.T) {
	s := newMemStore("media")
	s.pageSize = 2
	for i := range 5 {
		s.put("media", fmt.Sprint(i), "1", 9*day)
	}
	heard := &events{}
	opts := testOptions(t)
	opts.Observer = heard
	buildPlan(t, s, testConfig(testRule("stale", "media", "")), opts)
	var pages []string
	parts := 0
	for _, e := range heard.all {
		switch e := e.(type) {
		case PageListed:
			pages = append(pages, fmt.Sprintf("%d/%d", e.Candidates, e.Listed))
		case PartsRead:
			parts++
		}
	}
	if want := []string{"2/2", "4/4", "5/5"}; !slices.Equal(pages, want) || parts != 5 {
		t.Errorf("heard of pages %v and %d part lists, want %v and 5", pages, parts, want)
	}
	if _, ok := heard.all[0].(ScopeStarted); !ok {
		t.Errorf("the first event is %T", heard.all[0])
	}
	ended := 0
	for _, e := range heard.all {
		if e, ok := e.(ScopeFinished); ok && e.Scope.Status == ScopeComplete && e.Scope.Listed == 5 && e.Scope.Pages == 3 {
			ended++
		}
	}
	if ended != 1 {
		t.Errorf("heard %d times that the scope ended", ended)
	}
}
