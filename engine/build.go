package engine

import (
	"cmp"
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"golang.org/x/sync/errgroup"

	"offcut/rules"
)

// Stores holds a Store for every provider address of a Config.
type Stores map[string]Store

// Options are the ways to run Build and Apply. The zero value works except for
// Dir.
type Options struct {
	Dir         string           // where spools go; made when missing. Required
	Parallelism int              // requests at once per provider; 16 when 0
	Clock       func() time.Time // the local clock; time.Now when nil
	Observer    Observer         // may be nil

	PlanID     string   // Build: the plan's id, so that a log can carry it from the start; a random one when empty
	Asked      int64    // Build: requests that were sent for this plan before, by Discover
	Acting     []string // Build: addresses of the rules that may act; nil means all
	RecordKept bool     // Build: keep a spool of kept uploads too, for Plan.KeptItems

	Journal Journal // Apply, Settle: the memory of what is done; nil keeps none
	Origin  Origin  // Apply, Settle: who runs what, for the journal

	// Halted says why no abort may be sent, or returns nil. Apply asks before each
	// abort. May be nil.
	Halted func() error

	// Stop asks Apply to end early: nothing new is begun, requests in hand are
	// finished, and what was not begun is not-attempted. Cancelling the context
	// breaks requests off. May be nil.
	Stop <-chan struct{}
}

// Build lists every scope of the acting rules, reaches a verdict on each upload
// by all rules and protects, and returns the plan. It only reads. A scope that
// fails is told in the plan; an error means that there is no plan at all.
//
// An upload is planned when the verdict is to abort it and one of the rules that
// decided may act. Where none of them may, it is not this run's business: it is
// counted as listed and no more, and its parts are not read. An upload that is
// listed, but is NoSuchUpload when its parts are asked for, is kept as unreadable
// like any other: it may have ended meanwhile, or the store may have answered its
// key wrongly, and nothing is passed over in silence.
func Build(ctx context.Context, stores Stores, cfg *rules.Config, opts Options) (*Plan, error) {
	b, err := newBuild(stores, cfg, opts)
	if err != nil {
		return nil, fmt.Errorf("plan: %w", err)
	}
	before := requestsOf(stores)
	err = b.scan(ctx)
	if err == nil {
		err = b.sum()
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("plan: %w", err), b.plan.Close())
	}
	b.plan.Requests = b.opts.Asked + requestsOf(stores) - before
	b.plan.Checks = cfg.CheckPlan(b.plan.checkFacts())
	b.plan.Finished = b.opts.Clock().UTC()
	if cfg.PlanTTL > 0 {
		b.plan.Expires = b.plan.Finished.Add(cfg.PlanTTL)
	}
	return b.plan, nil
}

// A build is one Build in progress.
type build struct {
	cfg       *rules.Config
	opts      Options
	plan      *Plan
	acting    []*rules.Rule          // parallel to plan.Rules
	actors    map[string]*rules.Rule // the same, by address
	place     []int                  // of cfg.Rules[i] in acting, or -1
	ages      ageJudge
	providers []*providerScan
	scopes    []*scopeScan // parallel to plan.Scopes
}

func newBuild(stores Stores, cfg *rules.Config, opts Options) (*build, error) {
	if opts.Parallelism <= 0 {
		opts.Parallelism = defaultParallelism
	}
	if opts.Clock == nil {
		opts.Clock = time.Now
	}
	b := &build{cfg: cfg, opts: opts, ages: newAgeJudge(cfg)}
	if err := b.choose(); err != nil {
		return nil, err
	}
	scopes, err := scopesOf(b.acting)
	if err != nil {
		return nil, err
	}
	disabled := disabledRules(cfg)
	b.plan = &Plan{
		ID:       cmp.Or(opts.PlanID, NewPlanID()),
		Started:  opts.Clock().UTC(),
		Partial:  len(b.acting)+len(disabled) < len(cfg.Rules),
		Disabled: disabled, Empty: cfg.Empty,
		Scopes: scopes,
		Kept:   map[rules.Reason]int64{},
	}
	for _, r := range b.acting {
		b.plan.Acting = append(b.plan.Acting, r.Address)
		b.plan.Rules = append(b.plan.Rules, RuleTotal{Address: r.Address, Kept: map[rules.Reason]int64{}})
	}
	if err := b.assign(stores); err != nil {
		return nil, err
	}
	return b, b.openSpools()
}

// disabledRules lists the rules that never act, sorted.
func disabledRules(cfg *rules.Config) (addresses []string) {
	for i := range cfg.Rules {
		if cfg.Rules[i].Disabled {
			addresses = append(addresses, cfg.Rules[i].Address)
		}
	}
	slices.Sort(addresses)
	return addresses
}

// choose finds the rules that may act.
func (b *build) choose() error {
	switch {
	case len(b.cfg.Rules) == 0 && len(b.cfg.Empty) > 0:
		b.actors = map[string]*rules.Rule{}
		return nil
	case len(b.cfg.Rules) == 0:
		return errNoRules
	}
	if b.opts.Acting != nil && len(b.opts.Acting) == 0 {
		return errors.New("no rule may act, so nothing would be looked at: choose at least one")
	}
	for _, address := range b.opts.Acting {
		at := slices.IndexFunc(b.cfg.Rules, func(r rules.Rule) bool { return r.Address == address })
		switch {
		case at < 0:
			return fmt.Errorf("%s may act, but there is no such rule", address)
		case b.cfg.Rules[at].Disabled:
			return fmt.Errorf("%s may act, but it is disabled", address)
		}
	}
	for i := range b.cfg.Rules {
		r := &b.cfg.Rules[i]
		if !r.Disabled && (b.opts.Acting == nil || slices.Contains(b.opts.Acting, r.Address)) {
			b.acting = append(b.acting, r)
		}
	}
	if len(b.acting) == 0 {
		return errAllDisabled
	}
	b.actors = map[string]*rules.Rule{}
	for _, r := range b.acting {
		b.actors[r.Address] = r
	}
	slices.SortFunc(b.acting, func(x, y *rules.Rule) int { return strings.Compare(x.Address, y.Address) })
	for i := range b.cfg.Rules {
		b.place = append(b.place, slices.Index(b.acting, &b.cfg.Rules[i]))
	}
	return nil
}

// assign gives every scope to the scan of its provider.
func (b *build) assign(stores Stores) error {
	for i := range b.plan.Scopes {
		scope := &b.plan.Scopes[i]
		if n := len(b.providers); n == 0 || b.providers[n-1].address != scope.Provider {
			store := stores[scope.Provider]
			if store == nil {
				return fmt.Errorf("%s looks into provider %s, which has no store", scope.Rules[0], scope.Provider)
			}
			b.providers = append(b.providers, newProviderScan(b, scope.Provider, store))
		}
		p := b.providers[len(b.providers)-1]
		s := &scopeScan{providerScan: p, index: i, scope: scope, byLister: newCounts(len(b.acting)), byReaders: newCounts(len(b.acting))}
		p.scopes = append(p.scopes, s)
		b.scopes = append(b.scopes, s)
	}
	return nil
}

func (b *build) openSpools() (err error) {
	if b.opts.Dir == "" {
		return errors.New("there is no directory to keep the plan in: Options.Dir is empty")
	}
	if b.plan.items, err = newSpool(b.opts.Dir, "items", candidateCodec, keepFirst); err != nil {
		return err
	}
	if b.opts.RecordKept {
		b.plan.kept, err = newSpool(b.opts.Dir, "kept", keepingCodec, keepFirst)
	}
	if err != nil {
		return errors.Join(err, b.plan.Close())
	}
	return nil
}

// scan asks all providers at once. Its error means that there can be no plan; the
// faults of single scopes are in the scopes.
func (b *build) scan(ctx context.Context) error {
	group, scanning := errgroup.WithContext(ctx)
	for _, p := range b.providers {
		group.Go(func() error { return p.scan(scanning) })
	}
	err := group.Wait()
	if ctx.Err() != nil {
		return ctx.Err()
	}
	return err
}

// sum works out the totals and the limits, once every scope has ended.
func (b *build) sum() error {
	p := b.plan
	for _, scan := range b.providers {
		p.Providers = append(p.Providers, scan.status)
	}
	for _, s := range b.scopes {
		s.noteUnread()
		s.noteUnfiltered()
		p.Listed += s.scope.Listed
		p.Unread += s.scope.Unread
		s.scope.stale = s.stale
		if s.scope.Status == ScopeComplete {
			s.byLister.addTo(p)
			s.byReaders.addTo(p)
		}
	}
	p.items.Finish()
	if p.kept != nil {
		p.kept.Finish()
	}
	return p.sumItems(b.acting, b.cfg.Limits)
}

func (b *build) observe(e Event) {
	if b.opts.Observer != nil {
		b.opts.Observer.Observe(e)
	}
}

// covering lists the acting rules that cover an upload, by their place.
func (b *build) covering(dst []int, u *rules.Upload) []int {
	dst = b.cfg.Covering(dst, u)
	acting := dst[:0]
	for _, i := range dst {
		if b.place[i] >= 0 {
			acting = append(acting, b.place[i])
		}
	}
	return acting
}

// actor returns the first of the rules that decided that may act, or nil.
func (b *build) actor(decided []string) *rules.Rule {
	for _, address := range decided {
		if r := b.actors[address]; r != nil {
			return r
		}
	}
	return nil
}

// NewPlanID makes an id for a plan: 16 hex digits, random.
func NewPlanID() string {
	var id [8]byte
	rand.Read(id[:]) // never fails: crypto/rand ends the program instead
	return hex.EncodeToString(id[:])
}
