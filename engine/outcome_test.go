package engine

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"pgregory.net/rapid"

	"offcut/rules"
)

// A fate is how the store treats one planned upload.
type fate string

const (
	plain     fate = "plain"
	vanished  fate = "vanished before it is read again"
	completed fate = "completed while its abort is on its way"
	ghost     fate = "vanished, but still listed"
	flaky     fate = "its first aborts fail for a while"
	hesitant  fate = "its first readings fail for a while"
	down      fate = "its aborts fail for ever"
	refused   fate = "its abort is refused"
	secret    fate = "its parts are refused"
	deaf      fate = "its aborts are answered and do nothing"
	stubborn  fate = "its first aborts are answered and do nothing"
	alive     fate = "a part arrived after the plan"
	revived   fate = "a part arrives while its abort fails"
	late      fate = "a part lands right after its abort"
	strange   fate = "its parts are answered for another upload"
	slow      fate = "its first readings take too long"
)

// ends says how a fate must end when nothing stops the run.
var ends = map[fate]Result{
	plain: Aborted, vanished: Gone, completed: Gone, ghost: Failed, flaky: Aborted, hesitant: Aborted,
	down: Failed, refused: Failed, secret: Failed, deaf: NotVerified, stubborn: Aborted,
	alive: BecameActive, revived: BecameActive, late: BecameActive, strange: Failed, slow: Aborted,
}

// A scenario is one random run.
type scenario struct {
	fates     []fate
	proves    bool
	pageSize  int
	slots     int
	stopAt    int // aborts until a stop signal; 0: none
	cancelAt  int // aborts until the context is cancelled; 0: none
	bystander bool
}

func drawScenario(t *rapid.T) scenario {
	all := make([]fate, 0, len(ends))
	for f := range ends {
		all = append(all, f)
	}
	slices.Sort(all)
	s := scenario{
		fates:     rapid.SliceOfN(rapid.SampledFrom(all), 0, 25).Draw(t, "fates"),
		proves:    rapid.Bool().Draw(t, "listing proves"),
		pageSize:  rapid.SampledFrom([]int{1, 3, 1000}).Draw(t, "page size"),
		slots:     rapid.IntRange(1, 4).Draw(t, "slots"),
		bystander: rapid.Bool().Draw(t, "bystander"),
	}
	switch rapid.IntRange(0, 3).Draw(t, "end") {
	case 0:
		s.stopAt = rapid.IntRange(1, 10).Draw(t, "stop at")
	case 1:
		s.cancelAt = rapid.IntRange(1, 10).Draw(t, "cancel at")
	}
	return s
}

func TestPromise6_EveryPlannedUploadHasExactlyOneOutcome(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		s := drawScenario(rt)
		var err error
		synctest.Test(t, func(t *testing.T) { err = s.play(t) })
		if err != nil {
			rt.Fatal(err)
		}
	})
}

// bystander is an upload that no plan names.
var bystander = Ref{"media", "raw/00", "young"}

// stage makes the world of a scenario.
func (s *scenario) stage(t *testing.T) (*world, *chaos) {
	w := newWorld(t)
	w.store.identity.ListingProves = s.proves
	w.store.pageSize, w.opts.Parallelism = s.pageSize, s.slots
	c := &chaos{world: w, scenario: s, fates: map[Ref]fate{}, count: map[Ref]int{}, aborts: map[Ref]int{}, read: map[Ref]glimpse{}}
	for i, f := range s.fates {
		c.fates[w.stale(fmt.Sprintf("raw/%02d", i/2), fmt.Sprintf("u%d", i))] = f
	}
	if s.bystander {
		w.store.put(bystander.Bucket, bystander.Key, bystander.ID, time.Hour)
	}
	return w, c
}

// play runs a scenario and says what is wrong with it.
func (s *scenario) play(t *testing.T) error {
	w, c := s.stage(t)
	plan := w.plan()
	ctx := c.begin()
	report, err := Apply(ctx, w.stores(), w.cfg, plan, w.opts)
	if err != nil {
		return err
	}
	closeAfter(t, report)
	outcomes, err := w.read(plan, report)
	if err != nil {
		return err
	}
	if len(outcomes) != len(s.fates) {
		return fmt.Errorf("%d outcomes of %d uploads", len(outcomes), len(s.fates))
	}
	for ref, o := range outcomes {
		c.wrongs = append(c.wrongs, c.judge(ref, o, report.Interrupted))
	}
	if s.bystander && !w.store.has(bystander) {
		c.wrongs = append(c.wrongs, errors.New("an upload that was not planned is gone"))
	}
	return errors.Join(c.wrongs...)
}

// A chaos scripts a store after the fates of its uploads, and watches that every
// abort rests on a reading that allows it.
type chaos struct {
	*world
	*scenario
	fates  map[Ref]fate
	stop   chan struct{}
	cancel context.CancelFunc

	mu     sync.Mutex
	count  map[Ref]int // calls that a fate has counted
	aborts map[Ref]int // sent
	sent   int
	read   map[Ref]glimpse // the reading that the next abort may rest on
	ghosts []rules.Upload
	wrongs []error
}

// A glimpse is a reading that allows one abort or speaks against it.
type glimpse struct {
	at    time.Time
	stale bool
}

// begin brings on what happens between plan and apply.
func (c *chaos) begin() context.Context {
	ctx, cancel := context.WithCancel(c.t.Context())
	c.t.Cleanup(cancel)
	c.cancel, c.stop = cancel, make(chan struct{})
	c.opts.Stop = c.stop
	for ref, f := range c.fates {
		switch f {
		case vanished:
			c.store.remove(ref)
		case ghost:
			c.ghosts = append(c.ghosts, c.store.uploads[ref].Upload)
			c.store.remove(ref)
		case alive:
			c.store.addPart(ref, 1)
		case deaf, stubborn, late:
			c.store.staysListed(ref, true)
		}
	}
	c.store.onListParts, c.store.onParts = c.onListParts, c.onParts
	c.store.onAbort, c.store.onPage = c.onAbort, c.onPage
	return ctx
}

// nth counts the calls of one fate.
func (c *chaos) nth(ref Ref) int {
	c.count[ref]++
	return c.count[ref]
}

func (c *chaos) onListParts(ref Ref) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.read[ref] = glimpse{at: c.opts.Clock()}
	switch f := c.fates[ref]; {
	case f == secret:
		return fmt.Errorf("403: %w", ErrAccessDenied)
	case f == hesitant && c.nth(ref) < maxTries:
		return fmt.Errorf("503: %w", ErrTemporary)
	case f == slow && c.nth(ref) < 3:
		c.mu.Unlock()
		time.Sleep(freshness + time.Millisecond)
		c.mu.Lock()
	}
	return nil
}

func (c *chaos) onParts(ref Ref, answer *PartsAnswer) {
	c.mu.Lock()
	defer c.mu.Unlock()
	answer.Foreign = c.fates[ref] == strange
	read := c.read[ref]
	read.stale = !answer.Foreign && !answer.Newest.After(epoch.Add(-day))
	c.read[ref] = read
}

func (c *chaos) onAbort(ref Ref) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.watch(ref)
	switch f := c.fates[ref]; {
	case f == completed:
		c.store.remove(ref)
	case f == refused:
		return fmt.Errorf("403: %w", ErrAccessDenied)
	case f == down, f == flaky && c.nth(ref) < maxTries:
		return fmt.Errorf("503: %w", ErrTemporary)
	case f == stubborn:
		c.store.staysListed(ref, c.nth(ref) <= rounds)
	case f == revived:
		c.store.addPart(ref, 1)
		return fmt.Errorf("503: %w", ErrTemporary)
	case f == late:
		c.store.addPart(ref, 1)
	}
	return nil
}

// watch checks an abort and lets it bring on the end of the run.
func (c *chaos) watch(ref Ref) {
	c.aborts[ref]++
	c.sent++
	read, ok := c.read[ref]
	delete(c.read, ref)
	switch {
	case c.fates[ref] == "":
		c.wrongs = append(c.wrongs, fmt.Errorf("%v was aborted, and never planned", ref))
	case !ok:
		c.wrongs = append(c.wrongs, fmt.Errorf("%v was aborted without a reading of its own", ref))
	case !read.stale:
		c.wrongs = append(c.wrongs, fmt.Errorf("%v was aborted though its last reading spoke against it", ref))
	case c.opts.Clock().Sub(read.at) > freshness:
		c.wrongs = append(c.wrongs, fmt.Errorf("%v was aborted on an old reading", ref))
	}
	if c.sent == c.stopAt {
		close(c.stop)
	}
	if c.sent == c.cancelAt {
		c.cancel()
	}
}

func (c *chaos) onPage(_, prefix string, n int, page *UploadPage) error {
	for _, u := range c.ghosts {
		if n == 1 && len(prefix) <= len(u.Key) && u.Key[:len(prefix)] == prefix {
			page.Uploads = append(page.Uploads, u)
		}
	}
	return nil
}

// judge says what is wrong with an outcome.
func (c *chaos) judge(ref Ref, o Outcome, interrupted bool) error {
	f, there := c.fates[ref], c.store.has(ref)
	wrong := func(text string) error {
		return fmt.Errorf("%v (%s) is %s (%s): %s", ref, f, o.Result, o.Err, text)
	}
	switch {
	case o.Attempts != c.aborts[ref]:
		return wrong(fmt.Sprintf("it tells of %d aborts, %d were sent", o.Attempts, c.aborts[ref]))
	case o.Result == Aborted && (there || f == ghost || o.Attempts == 0):
		return wrong("it is still there, or nobody aborted it")
	case o.Result == Gone && (there || f == ghost):
		return wrong("it is still there")
	case o.Result == BecameActive && !there:
		return wrong("it was not kept")
	case o.Result == NotAttempted && (o.Attempts > 0 || !interrupted):
		return wrong("it was attempted, or nothing kept it from being")
	case !interrupted && o.Result != ends[f]:
		return wrong("want " + string(ends[f]))
	}
	return nil
}
