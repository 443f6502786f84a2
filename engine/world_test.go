package engine

import (
	"context"
	"fmt"
	"io"
	"iter"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"offcut/rules"
)

// A world is one bucket "media" under one rule over "raw/", with clocks that start
// at epoch and run with the bubble that the test runs in.
type world struct {
	t     *testing.T
	store *memStore
	cfg   *rules.Config
	opts  Options
	seen  *heard
	over  func(*memStore) Store // what the engine sees instead of the store; may be nil
	more  map[string]*memStore  // of further providers
	alone bool                  // no store is configured
}

// newWorld must be called in a synctest bubble, so that waits cost nothing.
func newWorld(t *testing.T) *world {
	started := time.Now()
	clock := func() time.Time { return epoch.Add(time.Since(started)) }
	w := &world{t: t, store: newMemStore("media"), cfg: testConfig(testRule("raw", "media", "raw/")), opts: testOptions(t), seen: &heard{}}
	w.store.clock, w.store.local = clock, clock
	w.opts.Clock, w.opts.Observer = clock, w.seen
	return w
}

// stale puts an upload that the rule finds stale.
func (w *world) stale(key, id string) Ref {
	return w.store.put("media", key, id, 30*day, 20*day, 21*day)
}

// several puts n stale uploads.
func (w *world) several(n int) []Ref {
	refs := make([]Ref, n)
	for i := range refs {
		refs[i] = w.stale("raw/"+string(rune('a'+i/26))+string(rune('a'+i%26)), "u1")
	}
	return refs
}

func (w *world) stores() Stores {
	if w.alone {
		return Stores{}
	}
	stores := Stores{}
	for provider, s := range w.more {
		stores[provider] = s
	}
	stores["ks3"] = w.store
	if w.over != nil {
		for provider, s := range stores {
			stores[provider] = w.over(s.(*memStore))
		}
	}
	return stores
}

// another adds a provider of kind s3 with a bucket "media" and a rule over "raw/" in
// it, whose listings prove nothing.
func (w *world) another(provider string) *memStore {
	s := newMemStore("media")
	s.identity = Identity{Kind: "s3", Endpoint: "https://" + provider + ".test"}
	s.clock, s.local = w.store.clock, w.store.local
	rule := testRule(provider, "media", "raw/")
	rule.Provider = provider
	w.cfg.Rules = append(w.cfg.Rules, rule)
	w.cfg.Providers = append(w.cfg.Providers, rules.Provider{Address: provider, Kind: "s3"})
	if w.more == nil {
		w.more = map[string]*memStore{}
	}
	w.more[provider] = s
	return s
}

func (w *world) plan() *Plan {
	w.t.Helper()
	plan, err := Build(w.t.Context(), w.stores(), w.cfg, w.opts)
	if err != nil {
		w.t.Fatal(err)
	}
	closeAfter(w.t, plan)
	w.store.forget()
	for _, s := range w.more {
		s.forget()
	}
	return plan
}

func (w *world) apply(plan *Plan) *Report {
	w.t.Helper()
	report, err := Apply(w.t.Context(), w.stores(), w.cfg, plan, w.opts)
	if err != nil {
		w.t.Fatal(err)
	}
	closeAfter(w.t, report)
	return report
}

// run plans and applies, with something that happens between the two.
func (w *world) run(between func()) map[Ref]Outcome {
	w.t.Helper()
	plan := w.plan()
	if between != nil {
		between()
	}
	return w.outcomes(plan, w.apply(plan))
}

// outcomes reads a report that must hold together.
func (w *world) outcomes(plan *Plan, report *Report) map[Ref]Outcome {
	w.t.Helper()
	outcomes, err := w.read(plan, report)
	if err != nil {
		w.t.Fatal(err)
	}
	return outcomes
}

// read reads a report, and checks that its outcomes are those of the plan, in its
// order, and that its totals agree with them.
func (w *world) read(plan *Plan, report *Report) (map[Ref]Outcome, error) {
	var planned, reported []Ref
	for item, err := range plan.Items() {
		if err != nil {
			return nil, err
		}
		planned = append(planned, refOf(item))
	}
	outcomes := map[Ref]Outcome{}
	sums := map[Result]int64{}
	for o, err := range report.Outcomes() {
		if err != nil {
			return nil, err
		}
		ref := refOf(o.Item)
		reported = append(reported, ref)
		outcomes[ref] = o
		sums[o.Result]++
		silent := o.Result == Aborted || o.Result == Gone && !o.Unclear
		if silent != (o.Err == "") || o.Unclear && o.Attempts == 0 {
			return nil, fmt.Errorf("%v is %q with the text %q", ref, o.Result, o.Err)
		}
	}
	if !slices.Equal(planned, reported) {
		return nil, fmt.Errorf("planned %v, reported %v", planned, reported)
	}
	for result, totals := range report.Results {
		if totals.Uploads != sums[result] {
			return nil, fmt.Errorf("the report counts %d %s, its outcomes are %d", totals.Uploads, result, sums[result])
		}
		delete(sums, result)
	}
	if len(sums) > 0 {
		return nil, fmt.Errorf("the report does not count %v", sums)
	}
	if reached := len(heardOf[OutcomeReached](w.seen)); reached != len(planned) {
		return nil, fmt.Errorf("%d outcomes were observed of %d", reached, len(planned))
	}
	return outcomes, nil
}

// want checks the outcome of one upload.
func (w *world) want(outcomes map[Ref]Outcome, ref Ref, want Result) Outcome {
	w.t.Helper()
	o, ok := outcomes[ref]
	if !ok {
		w.t.Errorf("%v has no outcome", ref)
	}
	if o.Result != want {
		w.t.Errorf("%v is %q (%s), want %s", ref, o.Result, o.Err, want)
	}
	return o
}

// actions lists the requests about one upload, in order.
func (w *world) actions(ref Ref) []string {
	var actions []string
	for _, c := range w.store.log() {
		if c.ref == ref {
			actions = append(actions, c.action)
		}
	}
	return actions
}

func closeNow(t testing.TB, c io.Closer) {
	t.Helper()
	if err := c.Close(); err != nil {
		t.Errorf("close: %v", err)
	}
}

// closeAfter closes something at the end of the test.
func closeAfter(t testing.TB, c io.Closer) {
	t.Helper()
	t.Cleanup(func() { closeNow(t, c) })
}

func refOf(i Item) Ref { return Ref{i.Upload.Bucket, i.Upload.Key, i.Upload.ID} }

// heard keeps what an Observer hears.
type heard struct {
	mu  sync.Mutex
	all []Event
	on  func(Event) // called with each; may be nil
}

func (e *heard) Observe(event Event) {
	e.mu.Lock()
	e.all = append(e.all, event)
	on := e.on
	e.mu.Unlock()
	if on != nil {
		on(event)
	}
}

// heardOf returns the events of one type.
func heardOf[T Event](e *heard) []T {
	e.mu.Lock()
	defer e.mu.Unlock()
	var of []T
	for _, event := range e.all {
		if t, ok := event.(T); ok {
			of = append(of, t)
		}
	}
	return of
}

// planNaming makes a plan by hand that names the items, whatever they are.
func (w *world) planNaming(items iter.Seq[Item]) *Plan {
	w.t.Helper()
	spool, err := newSpool(w.opts.Dir, "plan", candidateCodec, keepLast)
	if err != nil {
		w.t.Fatal(err)
	}
	closeAfter(w.t, spool)
	n := int64(0)
	for item := range items {
		n++
		if err := spool.Add(&candidate{Item: item}); err != nil {
			w.t.Fatal(err)
		}
	}
	spool.Finish()
	return &Plan{
		ID:        "0123456789abcdef",
		Providers: []ProviderStatus{{Address: "ks3", Now: epoch}},
		Scopes:    []Scope{{Provider: "ks3", Bucket: "media", Status: ScopeComplete, Pages: 1}},
		Rules:     []RuleTotal{{Address: "rule.raw"}},
		Abort:     Totals{Uploads: n},
		items:     spool,
	}
}

// lane makes the lane of a plan with one item, right before its first stage.
func (w *world) lane(item Item) *lane {
	w.t.Helper()
	r := newApplying(w.t.Context(), w.cfg, w.planNaming(slices.Values([]Item{item})), w.opts)
	err := r.survey(w.stores())
	if err != nil {
		w.t.Fatal(err)
	}
	if r.tally, err = newTally(r.plan, w.opts.Dir, epoch); err != nil {
		w.t.Fatal(err)
	}
	l := r.lanes[0]
	if err := l.prepare(); err != nil {
		w.t.Fatal(err)
	}
	w.t.Cleanup(l.clear)
	return l
}

// forget empties the log of requests.
func (s *memStore) forget() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.calls = nil
}

// remake changes a bucket, or takes it off the bucket list when change is nil.
func (s *memStore) remake(name string, change func(*Bucket)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	b := s.buckets[name]
	delete(s.buckets, name)
	if change != nil {
		change(&b)
		s.buckets[name] = b
	}
}

// A hangingStore answers nothing after its first abort: requests hang until their
// context ends.
type hangingStore struct {
	*memStore
	aborted atomic.Bool
}

func (s *hangingStore) Abort(ctx context.Context, ref Ref, notAfter time.Time) (Receipt, error) {
	defer s.aborted.Store(true)
	return s.memStore.Abort(ctx, ref, notAfter)
}

func (s *hangingStore) ListParts(ctx context.Context, ref Ref) (PartsAnswer, error) {
	s.hang(ctx)
	return s.memStore.ListParts(ctx, ref)
}

func (s *hangingStore) ListUploads(ctx context.Context, bucket, prefix string) iter.Seq2[UploadPage, error] {
	s.hang(ctx)
	return s.memStore.ListUploads(ctx, bucket, prefix)
}

func (s *hangingStore) hang(ctx context.Context) {
	if s.aborted.Load() {
		<-ctx.Done()
	}
}
