package view

import (
	"cmp"
	"slices"

	"offcut/engine"
)

const (
	// mostCauses is how many reasons of one result are told apart. What comes after
	// them is told together, so that memory does not grow with the uploads.
	mostCauses = 20

	// namedEach is how many uploads are named for one reason: with one reason, one
	// upload tells as much as a thousand, and the ledger has them all.
	namedEach = 10
)

// A cause is a reason why uploads were not aborted. An empty why stands for several
// reasons, which stand beside their uploads.
type cause struct {
	result engine.Result
	why    string
}

// A causeGroup is the uploads of one cause.
type causeGroup struct {
	cause
	uploads int64
	named   []engine.Outcome // the first of them
}

// A causeList gathers outcomes by cause.
type causeList struct {
	groups []*causeGroup // in the order in which they came up
	index  map[cause]*causeGroup
	kinds  map[engine.Result]int
}

func (l *causeList) add(o engine.Outcome) {
	at := cause{o.Result, o.Err}
	group := l.index[at]
	if group == nil && (o.Result == engine.BecameActive || l.kinds[o.Result] >= mostCauses) {
		at.why = "" // when its last part came is each upload's own reason
		group = l.index[at]
	}
	if group == nil {
		group = &causeGroup{cause: at}
		l.groups = append(l.groups, group)
		l.index[at] = group
		l.kinds[o.Result]++
	}
	if group.uploads++; len(group.named) < namedEach {
		group.named = append(group.named, o)
	}
}

// sorted lists the groups by result, then those with the most uploads first, and what
// was told together last.
func (l *causeList) sorted() []*causeGroup {
	slices.SortStableFunc(l.groups, func(a, b *causeGroup) int {
		return cmp.Or(
			cmp.Compare(slices.Index(engine.Results, a.result), slices.Index(engine.Results, b.result)),
			boolCompare(a.why == "", b.why == ""),
			cmp.Compare(b.uploads, a.uploads))
	})
	return l.groups
}

// boolCompare orders false before true.
func boolCompare(a, b bool) int {
	switch {
	case a == b:
		return 0
	case b:
		return -1
	default:
		return 1
	}
}

// writeUndone tells what was not aborted by result and reason, and names the first
// uploads of each. Where outcomes are missing it says so: the totals hold all the same.
func writeUndone(out *page, r reportSource) {
	list := causeList{index: map[cause]*causeGroup{}, kinds: map[engine.Result]int{}}
	var lost error
	for o, err := range r.outcomes {
		if err != nil {
			lost = err
			break
		}
		if o.Result != engine.Aborted && o.Result != engine.Gone {
			list.add(o)
		}
	}
	if len(list.groups) > 0 || lost != nil {
		out.blank()
	}
	for _, group := range list.sorted() {
		group.write(out, r.PlanID)
	}
	if lost != nil {
		out.labelled(bad, "Lost: ", "%s", lost.Error())
	}
}

func (g *causeGroup) write(out *page, run string) {
	tone := bad
	if g.result == engine.BecameActive || g.result == engine.NotAttempted {
		tone = notice
	}
	label := string(g.result) + ": "
	if g.uploads == 1 {
		out.labelled(tone, label, "%s%s", which(g.named[0]), colon(reason(g.named[0])))
		return
	}
	out.labelled(tone, label, "%s", g.heading())
	for _, o := range g.named {
		line := "  " + which(o)
		if g.why == "" {
			line += colon(reason(o))
		}
		out.line("%s", line)
	}
	if hidden := g.uploads - int64(len(g.named)); hidden > 0 {
		out.line(`  … and %s more; "offcut history uploads -run %s -outcome %s -format csv" lists all of them`, count(hidden), run, g.result)
	}
}

// heading says how many uploads a group has, and what they have in common.
func (g *causeGroup) heading() string {
	text := countOf(g.uploads, "upload")
	switch {
	case g.why != "":
		return text + ": " + g.why
	case g.result == engine.BecameActive:
		return text + ", no longer stale and kept"
	default:
		return text + " for other reasons"
	}
}

// which names an upload, the rule that it was planned by, and the request that settled
// it.
func which(o engine.Outcome) string {
	u := o.Item.Upload
	text := Text(u.Provider) + " " + Text(u.Bucket) + " " + Text(u.Key) + " (upload " + Text(u.ID) + ", " + Address(o.Item.Rule)
	if o.RequestID != "" && o.Result != engine.BecameActive {
		text += ", request " + Text(o.RequestID)
	}
	return text + ")"
}

func reason(o engine.Outcome) string {
	if o.Err == "" && o.Result == engine.BecameActive {
		return "it is no longer stale and was kept"
	}
	return o.Err
}

// colon puts a colon before a text, unless there is none.
func colon(text string) string {
	if text == "" {
		return ""
	}
	return ": " + text
}
