package engine

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"offcut/rules"
)

// Apply aborts what the plan names, after reading each upload's parts again, and
// proves that it is gone. It is the only writer. Every planned upload has exactly
// one outcome in the report. An error means that nothing was attempted at all; for a
// plan past its time it matches ErrPlanExpired, with a Journal for one that was applied
// before ErrPlanApplied, and the error of Options.Halted where that gives one.
func Apply(ctx context.Context, stores Stores, cfg *rules.Config, plan *Plan, opts Options) (*Report, error) {
	r := newApplying(ctx, cfg, plan, opts)
	sent := requestsOf(stores)
	if err := r.begin(stores); err != nil {
		return nil, fmt.Errorf("apply plan %s: %w; nothing was attempted", plan.ID, err)
	}
	r.observe(ApplyStarted{Planned: r.planned, Bytes: plan.Abort.Bytes})
	r.work()
	report := r.tally.finish(r.planned, r.clock())
	report.Interrupted = r.cutShort.Load()
	r.guardsOf(report)
	report.Requests = requestsOf(stores) - sent
	report.Unrecorded = r.endRun(report)
	return report, nil
}

// begin refuses what must not be applied, and gets everything ready for the first
// abort. The journal comes last: a run that it has begun cannot be begun again.
func (r *applying) begin(stores Stores) error {
	if r.opts.Halted != nil {
		if err := r.opts.Halted(); err != nil {
			return err
		}
	}
	if err := r.checkTime(); err != nil {
		return err
	}
	if err := r.survey(stores); err != nil {
		return err
	}
	if err := r.compareBuckets(); err != nil {
		return err
	}
	if err := r.checkTime(); err != nil { // asking the stores may have taken long
		return err
	}
	started := r.clock().UTC()
	tally, err := newTally(r.plan, r.opts.Dir, started)
	if err != nil {
		return err
	}
	if err := r.beginRun(stores, started); err != nil {
		return errors.Join(err, tally.report.Close())
	}
	r.tally = tally
	return nil
}

// work gives every provider its own lane, so that a slow store holds no other.
func (r *applying) work() {
	var wg sync.WaitGroup
	for _, l := range r.lanes {
		wg.Go(l.work)
	}
	wg.Wait()
}

func requestsOf(stores Stores) int64 {
	var n int64
	for _, s := range stores {
		n += s.Requests()
	}
	return n
}

// An applying is one run of Apply.
type applying struct {
	brake
	cfg     *rules.Config
	plan    *Plan
	opts    Options
	clock   func() time.Time
	lanes   []*lane // providers with planned uploads, in plan order
	planned int64
	tally   *tally

	recorder recorder
	breaker  breaker
	halt     atomic.Pointer[string] // why nothing more may be aborted, once the kill switch was seen

	cutShort atomic.Bool // a stop or a cancelled context kept something from being done
}

func newApplying(ctx context.Context, cfg *rules.Config, plan *Plan, opts Options) *applying {
	r := &applying{
		brake: brake{ctx, opts.Stop}, recorder: recorder{log: noLog{}},
		cfg: cfg, plan: plan, opts: opts, clock: opts.Clock,
	}
	if r.clock == nil {
		r.clock = time.Now
	}
	if cfg != nil {
		r.breaker = newBreaker(cfg.Rules)
	}
	return r
}

func (r *applying) observe(e Event) {
	if r.opts.Observer != nil {
		r.opts.Observer.Observe(e)
	}
}

// survey reads the whole plan once before anything is sent. A plan that cannot be
// read to its end, or whose names do not agree with its figures, is refused.
func (r *applying) survey(stores Stores) error {
	if r.cfg == nil {
		return errors.New("there are no rules to decide by")
	}
	var l *lane
	for item, err := range r.plan.Items() {
		if err != nil {
			return fmt.Errorf("read the plan: %w", err)
		}
		u := item.Upload
		if l == nil || l.provider != u.Provider {
			if l, err = r.newLane(stores, u.Provider); err != nil {
				return err
			}
		}
		scope := l.scopes.find(u.Bucket, u.Key)
		if scope == nil {
			return fmt.Errorf("the plan names upload %q of %q in bucket %s outside every scope that was listed to its end: plan again", u.ID, u.Key, u.Bucket)
		}
		l.expected[scope]++
		r.planned++
	}
	if r.planned != r.plan.Abort.Uploads {
		return fmt.Errorf("the plan counts %d uploads to abort but names %d: plan again", r.plan.Abort.Uploads, r.planned)
	}
	return nil
}

// newLane makes the lane of a provider.
func (r *applying) newLane(stores Stores, provider string) (*lane, error) {
	store, ok := stores[provider]
	if !ok {
		return nil, fmt.Errorf("the plan names provider %s, which is not configured: plan again with these rules", provider)
	}
	for _, status := range r.plan.Providers {
		if status.Address != provider {
			continue
		}
		l := &lane{
			applying: r, provider: provider, status: status,
			looker:   &looker{pool: newPool(r.opts.Parallelism), store: store, now: r.clock, wait: r.pause, tries: lookTries},
			relists:  store.Identity().ListingProves,
			checks:   store.Identity().CheckCompleted,
			alone:    make(chan struct{}, 1),
			scopes:   newScopeIndex(r.plan.Scopes, provider),
			expected: map[*Scope]int{},
		}
		r.lanes = append(r.lanes, l)
		return l, nil
	}
	return nil, fmt.Errorf("the plan does not say by which clock the ages of provider %s count: plan again", provider)
}
