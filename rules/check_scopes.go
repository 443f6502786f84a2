package rules

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
)

// A placedRule is a rule with the block that it was read from.
type placedRule struct {
	Rule
	instance
}

// checkScopes warns about rules that look at what another one looks at too, and about
// those that can abort nothing. It needs rules without a mistake.
func (l *loader) checkScopes(protects []Protect) {
	l.checkShared()
	protects = slices.DeleteFunc(slices.Clone(protects), func(p Protect) bool { return !p.withholds() })
	for n := range l.placed {
		r := &l.placed[n]
		if by, ok := l.withheldBy(r, protects); ok && !r.Disabled {
			l.warnAbout(&r.instance, spot{at: r.header}, "Rule that can abort nothing", fmt.Sprintf(
				"%s every key that %s looks at, without an end, so that nothing of it is ever aborted. "+
					"Narrow the protect, give it an until, or write enabled = false into the rule if that is meant.", by, r.Address))
		}
	}
}

// warnAbout reports a warning about one instance of a block.
func (l *loader) warnAbout(i *instance, at spot, summary, detail string) {
	l.warnIn(at, summary, detail)
	if note := i.note(); note != nil {
		l.diags[len(l.diags)-1].Extra = *note
	}
}

// A sharedBucket is one that several rules look at.
type sharedBucket struct {
	indexScope
	rules []int // in the order of the text
}

// sharedBuckets lists the buckets that several rules look at, in the order of their
// names. Of those that the same rules look at there is one, as the same holds in all.
func (l *loader) sharedBuckets() []sharedBucket {
	rules := map[indexScope][]int{}
	for n := range l.placed {
		for _, bucket := range l.placed[n].Scan.Buckets {
			scope := indexScope{l.placed[n].Provider, bucket}
			rules[scope] = append(rules[scope], n)
		}
	}
	var shared []sharedBucket
	known := map[string]bool{}
	for _, scope := range slices.SortedFunc(maps.Keys(rules), compareScopes) {
		list := rules[scope]
		if len(list) < 2 {
			continue
		}
		if text := fmt.Sprint(list); !known[text] {
			known[text] = true
			shared = append(shared, sharedBucket{scope, list})
		}
	}
	return shared
}

// checkShared warns where a rule has a prefix that one before it has in the same bucket.
// It tells each pair of rules once.
func (l *loader) checkShared() {
	told := map[[2]int]bool{}
	for _, shared := range l.sharedBuckets() {
		first := map[string]int{} // the rule that has a prefix first
		for _, n := range shared.rules {
			r := &l.placed[n]
			if !l.compares(len(r.Scan.Prefixes), &r.header) {
				return
			}
			for _, prefix := range r.Scan.Prefixes {
				m, taken := first[prefix]
				if !taken {
					first[prefix] = n
				} else if pair := [2]int{m, n}; !told[pair] {
					told[pair] = true
					l.tellShared(r, &l.placed[m], scopeText(shared.bucket, prefix), prefix)
				}
			}
		}
	}
}

// tellShared warns that r looks at a prefix at which other looks too.
func (l *loader) tellShared(r, other *placedRule, scope, prefix string) {
	where := ""
	if r.Stale.Where != nil || other.Stale.Where != nil {
		where = " What the where of one of them is false for is kept, also if the other would abort it."
	}
	l.warnAbout(&r.instance, r.placeOf(prefix), "Rules with the same prefix", fmt.Sprintf(
		"%s looks at %s, and so does %s (%s). Both decide there, and keep wins: an upload is aborted only if both find it stale.%s "+
			"Join the two rules into one, or give one of them longer prefixes.",
		r.Address, scope, other.Address, place(other.header), where))
}

// scopeText names the keys of a bucket that begin with a prefix.
func scopeText(bucket, prefix string) string {
	if prefix == "" {
		return fmt.Sprintf("the whole bucket %q", bucket)
	}
	return fmt.Sprintf("%q in the bucket %q", prefix, bucket)
}

// placeOf is where a prefix of the rule stands.
func (r *placedRule) placeOf(prefix string) spot {
	scan := r.only("scan")
	for _, t := range get[[]text](scan, "prefixes") {
		if t.s == prefix {
			return t.at
		}
	}
	if scan.known("whole_bucket") {
		return scan.value("whole_bucket")
	}
	return spot{at: scan.header}
}

// withheldBy says which of the protects, each of which withholds what it covers, cover
// everything that r looks at.
func (l *loader) withheldBy(r *placedRule, protects []Protect) (who string, ok bool) {
	var by []string
	looked := map[string]bool{}
	for _, bucket := range r.Scan.Buckets {
		if !l.compares(len(protects), &r.header) {
			return "", false
		}
		var here []*Protect
		numbers := ""
		for i := range protects {
			if p := &protects[i]; matchesAny(p.Buckets, bucket) {
				here, numbers = append(here, p), fmt.Sprint(numbers, i, " ")
			}
		}
		if looked[numbers] {
			continue // as in a bucket before it
		}
		looked[numbers] = true
		for _, prefix := range r.Scan.Prefixes {
			if !l.compares(len(here), &r.header) {
				return "", false
			}
			at := slices.IndexFunc(here, func(p *Protect) bool { return p.coversAll(prefix) })
			if at < 0 {
				return "", false
			}
			if by = append(by, here[at].Address); len(by) > 1 && by[len(by)-2] == by[len(by)-1] {
				by = by[:len(by)-1]
			}
		}
	}
	slices.Sort(by)
	if by = slices.Compact(by); len(by) == 1 {
		return by[0] + " covers", true
	}
	return strings.Join(by, ", ") + " cover", len(by) > 0
}

// withholds reports whether what p covers is never aborted, whosever it is.
func (p *Protect) withholds() bool { return p.Until.IsZero() && len(p.Owners) == 0 }

// coversAll reports whether p covers every key under a prefix, in its buckets.
func (p *Protect) coversAll(prefix string) bool {
	return hasAnyPrefix(prefix, p.Prefixes) || slices.ContainsFunc(p.Keys, func(g Glob) bool { return g.swallows(prefix) })
}

// checkSwallowed warns about prefixes of a scan of which an exclude leaves nothing; of
// several, which are sorted, about the first.
func (l *loader) checkSwallowed(b *block, prefixes []string) {
	seen := map[string]bool{}
	for _, e := range get[[]placedGlob](b, "exclude") {
		if seen[e.glob.text] {
			continue
		}
		seen[e.glob.text] = true
		var swallowed []string
		for _, prefix := range prefixes {
			// A prefix is told with the one that holds it.
			if n := len(swallowed); (n == 0 || !strings.HasPrefix(prefix, swallowed[n-1])) && e.glob.swallows(prefix) {
				swallowed = append(swallowed, prefix)
			}
		}
		if len(swallowed) == 0 {
			continue
		}
		what, remedy := fmt.Sprintf("every key under %q", swallowed[0]), "Remove that prefix, or exclude less."
		if swallowed[0] == "" {
			what, remedy = "every key of the bucket", "Exclude less, or remove the rule."
		}
		if more := len(swallowed) - 1; more > 0 {
			what, remedy = fmt.Sprintf("%s and under %d more of its prefixes", what, more), "Remove those prefixes, or exclude less."
		}
		l.warnIn(e.at, "Exclude of a whole prefix", fmt.Sprintf(
			"%q excludes %s, so that this rule looks at nothing there. %s", e.glob.text, what, remedy))
	}
}

const bucketTwice = "Bucket given twice"

// checkRepeated warns about texts of a list of a block that stand in it twice.
// Lists that are joined by a function may hold the same buckets: that is no mistake.
func (l *loader) checkRepeated(list []text, summary string) {
	first := map[string]hcl.Range{}
	for _, t := range list {
		at, again := first[t.s]
		if !again {
			first[t.s] = t.at.at
			continue
		}
		if at == t.at.at && summary == bucketTwice {
			continue
		}
		before := ""
		if at.Start.Line != t.at.at.Start.Line {
			before = fmt.Sprintf(", at line %d", at.Start.Line)
		}
		l.warnIn(t.at, summary, fmt.Sprintf(
			"%q stands in this list already%s. Remove one of the two, or correct it if another one was meant.", t.s, before))
	}
}

// checkCovered warns about prefixes of a protect that another one of it covers.
func (l *loader) checkCovered(b *block) {
	texts := slices.Clone(get[[]text](b, "prefixes"))
	slices.SortStableFunc(texts, func(a, b text) int { return strings.Compare(a.s, b.s) })
	outer := "" // stands before those that it covers
	for _, t := range texts {
		switch {
		case outer == "" || !strings.HasPrefix(t.s, outer):
			outer = t.s
		case t.s != outer:
			l.warnIn(t.at, "Prefix covered by another", fmt.Sprintf(
				"%q begins with %q, which stands in this list too and covers it. Remove one of the two, or correct it if another one was meant.",
				t.s, outer))
		}
	}
}
