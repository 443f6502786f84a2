package survey

import (
	"cmp"
	"slices"
	"strings"
	"sync"
	"time"

	"offcut/engine"
	"offcut/rules"
)

// maxGroups bounds the memory: what comes after so many names is summed up.
const maxGroups = 10000

// shownGroups is how many groups a survey names.
const shownGroups = 10

// A tally adds up. Its methods may be called from many goroutines.
type tally struct {
	mu               sync.Mutex
	prefix           string
	sum              Survey
	prefixes, owners groups
	times            times
	judge            judge
	prices           rules.PriceList // scan knows no rules, and so no prices but the built-in ones
}

func newTally(id engine.Identity, bucket, prefix string) *tally {
	return &tally{
		prices: rules.DefaultPrices(id.Kind),
		judge:  newJudge(id.Kind, bucket, prefix),
		prefix: prefix, sum: Survey{Identity: id},
		prefixes: groups{byName: map[string]*Group{}}, owners: groups{byName: map[string]*Group{}},
	}
}

func (t *tally) count() int64 {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.sum.Uploads
}

// note remembers each text once.
func (t *tally) note(texts ...string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.noteLocked(texts...)
}

func (t *tally) noteLocked(texts ...string) {
	for _, text := range texts {
		if !slices.Contains(t.sum.Notes, text) && len(t.sum.Notes) < 20 {
			t.sum.Notes = append(t.sum.Notes, text)
		}
	}
}

// listed counts an upload as the listing told it.
func (t *tally) listed(u rules.Upload, now time.Time) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.sum.Uploads++
	started := known(u, now)
	t.prefixes.listed(t.segment(u), started)
	t.owners.listed(ownerOf(u), started)
	if started.IsZero() {
		t.sum.StartUnknown++
		return
	}
	t.sum.Ages[bandOf(now.Sub(started))].Uploads++
	if t.sum.Oldest == nil || started.Before(t.sum.Oldest.Initiated) {
		t.sum.Oldest = &u
	}
}

// measured counts what the parts of a listed upload come to.
func (t *tally) measured(u rules.Upload, p rules.Parts, now time.Time) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.sum.Measured++
	t.sum.Bytes += p.Bytes
	t.sum.Parts += int64(p.Count)
	t.sum.Cost.Add(t.prices, u.StorageClass, p.Bytes)
	for _, g := range []*Group{t.prefixes.find(t.segment(u)), t.owners.find(ownerOf(u))} {
		g.Measured++
		g.Parts += int64(p.Count)
		g.Bytes += p.Bytes
		g.Cost.Add(t.prices, u.StorageClass, p.Bytes)
	}
	u.Provider = t.sum.Identity.Kind
	t.times.add(t.judge, &u, &p, now)
	started := known(u, now)
	if started.IsZero() {
		return
	}
	band := &t.sum.Ages[bandOf(now.Sub(started))]
	band.Measured++
	band.Bytes += p.Bytes
	if rules.IdleKnown(&u, &p) {
		band.Idle[bandOf(rules.Idle(&u, &p, now))]++
	}
}

// vanished counts an upload that ended between the listing and the look at it.
func (t *tally) vanished() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.sum.Vanished++
}

func (t *tally) unreadable(why string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.sum.Unreadable++
	if t.sum.Unreadable == 1 { // one example says it; a thousand hide it
		t.noteLocked(why)
	}
}

func (t *tally) suggest() Suggestion {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.times.suggest()
}

// survey returns the sum. It is called once, after everything else.
func (t *tally) survey() *Survey {
	t.mu.Lock()
	defer t.mu.Unlock()
	s := t.sum
	s.Prefixes, s.MorePrefixes = t.prefixes.top()
	s.Owners, s.MoreOwners = t.owners.top()
	return &s
}

// known returns the start of an upload, or zero where it is unknown or ahead of
// now by more than the second that clocks may differ by.
func known(u rules.Upload, now time.Time) time.Time {
	if !rules.StartKnown(&u) || u.Initiated.After(now.Add(time.Second)) {
		return time.Time{}
	}
	return u.Initiated
}

// segment is the first segment of the key below the survey's prefix, with its
// slash; empty where there is none.
func (t *tally) segment(u rules.Upload) string {
	below := u.Key[len(t.prefix):]
	if i := strings.IndexByte(below, '/'); i >= 0 {
		return t.prefix + below[:i+1]
	}
	return ""
}

func ownerOf(u rules.Upload) string { return cmp.Or(u.Owner, u.Initiator) }

// groups counts by name, for at most maxGroups names.
type groups struct {
	byName map[string]*Group
	others Group
	more   bool // others holds something
}

func (g *groups) find(name string) *Group {
	if found := g.byName[name]; found != nil {
		return found
	}
	return &g.others
}

func (g *groups) listed(name string, started time.Time) {
	group := g.byName[name]
	switch {
	case group != nil:
	case len(g.byName) < maxGroups:
		group = &Group{Name: name}
		g.byName[name] = group
	default:
		group, g.more = &g.others, true
	}
	group.Uploads++
	if !started.IsZero() && (group.Oldest.IsZero() || started.Before(group.Oldest)) {
		group.Oldest = started
	}
}

// top returns the largest groups and the sum of the others.
func (g *groups) top() ([]Group, Rest) {
	all := make([]Group, 0, len(g.byName))
	for _, group := range g.byName {
		all = append(all, *group)
	}
	slices.SortFunc(all, func(a, b Group) int {
		return cmp.Or(cmp.Compare(b.Bytes, a.Bytes), cmp.Compare(b.Uploads, a.Uploads), cmp.Compare(a.Name, b.Name))
	})
	n := min(len(all), shownGroups)
	rest := Rest{Group: g.others}
	if g.more {
		rest.Groups++
	}
	for _, group := range all[n:] {
		rest.Groups++
		rest.add(group)
	}
	return all[:n:n], rest
}

func (g *Group) add(other Group) {
	g.Uploads += other.Uploads
	g.Measured += other.Measured
	g.Parts += other.Parts
	g.Bytes += other.Bytes
	g.Cost.Merge(other.Cost)
	if !other.Oldest.IsZero() && (g.Oldest.IsZero() || other.Oldest.Before(g.Oldest)) {
		g.Oldest = other.Oldest
	}
}
