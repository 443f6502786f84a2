package rules

import (
	"fmt"
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
	first := map[sharedPrefix]int{}
	for n := range l.placed {
		r := &l.placed[n]
		l.checkShared(first, n)
		if by, ok := r.withheldBy(protects); ok && !r.Disabled {
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

// A sharedPrefix is one that several rules may have.
type sharedPrefix struct{ provider, bucket, prefix string }

// checkShared warns where the rule n has a prefix that one before it has in the same
// bucket; first holds whose it was first. It tells each other rule once.
func (l *loader) checkShared(first map[sharedPrefix]int, n int) {
	r := &l.placed[n]
	told := map[int]bool{}
	for _, bucket := range r.Scan.Buckets {
		for _, prefix := range r.Scan.Prefixes {
			key := sharedPrefix{r.Provider, bucket, prefix}
			m, taken := first[key]
			if !taken {
				first[key] = n
				continue
			}
			if m == n || told[m] {
				continue
			}
			told[m] = true
			other := &l.placed[m]
			where := ""
			if r.Stale.Where != nil || other.Stale.Where != nil {
				where = " What the where of one of them is false for is kept, also if the other would abort it."
			}
			l.warnAbout(&r.instance, r.placeOf(prefix), "Rules with the same prefix", fmt.Sprintf(
				"%s looks at %s, and so does %s (%s). Both decide there, and keep wins: an upload is aborted only if both find it stale.%s "+
					"Join the two rules into one, or give one of them longer prefixes.",
				r.Address, scopeText(bucket, prefix), other.Address, place(other.header), where))
		}
	}
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

// withheldBy says which protects cover, for ever, everything that r looks at.
func (r *Rule) withheldBy(protects []Protect) (who string, ok bool) {
	var by []string
	for _, bucket := range r.Scan.Buckets {
		for _, prefix := range r.Scan.Prefixes {
			at := slices.IndexFunc(protects, func(p Protect) bool { return p.withholds(bucket, prefix) })
			if at < 0 {
				return "", false
			}
			if !slices.Contains(by, protects[at].Address) {
				by = append(by, protects[at].Address)
			}
		}
	}
	slices.Sort(by)
	if len(by) == 1 {
		return by[0] + " covers", true
	}
	return strings.Join(by, ", ") + " cover", len(by) > 0
}

// withholds reports whether p covers every key under a prefix for ever, whosever it is.
func (p *Protect) withholds(bucket, prefix string) bool {
	return p.Until.IsZero() && len(p.Owners) == 0 && matchesAny(p.Buckets, bucket) &&
		(hasAnyPrefix(prefix, p.Prefixes) || slices.ContainsFunc(p.Keys, func(g Glob) bool { return g.swallows(prefix) }))
}

// checkSwallowed warns about prefixes of a scan of which an exclude leaves nothing.
func (l *loader) checkSwallowed(b *block, prefixes []string) {
	for _, e := range get[[]placedGlob](b, "exclude") {
		for i, prefix := range prefixes {
			// The prefixes are sorted: what one further up told is not told again.
			if !e.glob.swallows(prefix) || slices.ContainsFunc(prefixes[:i], func(p string) bool {
				return strings.HasPrefix(prefix, p) && e.glob.swallows(p)
			}) {
				continue
			}
			what, remedy := fmt.Sprintf("every key under %q", prefix), "Remove that prefix, or exclude less."
			if prefix == "" {
				what, remedy = "every key of the bucket", "Exclude less, or remove the rule."
			}
			l.warnIn(e.at, "Exclude of a whole prefix", fmt.Sprintf(
				"%q excludes %s, so that this rule looks at nothing there. %s", e.glob.text, what, remedy))
		}
	}
}

// checkRepeated warns about prefixes of a block that stand in it twice.
func (l *loader) checkRepeated(b *block) {
	first := map[string]hcl.Range{}
	for _, t := range get[[]text](b, "prefixes") {
		at, again := first[t.s]
		if !again {
			first[t.s] = t.at.at
			continue
		}
		before := ""
		if at.Start.Line != t.at.at.Start.Line {
			before = fmt.Sprintf(", at line %d", at.Start.Line)
		}
		l.warnIn(t.at, "Prefix given twice", fmt.Sprintf(
			"%q stands in this list already%s. Remove one of the two, or correct it if another one was meant.", t.s, before))
	}
}

// checkCovered warns about prefixes of a protect that another one of it covers.
func (l *loader) checkCovered(b *block) {
	texts := get[[]text](b, "prefixes")
	for _, t := range texts {
		at := slices.IndexFunc(texts, func(o text) bool { return o.s != "" && len(o.s) < len(t.s) && strings.HasPrefix(t.s, o.s) })
		if at >= 0 {
			l.warnIn(t.at, "Prefix covered by another", fmt.Sprintf(
				"%q begins with %q, which stands in this list too and covers it. Remove one of the two, or correct it if another one was meant.",
				t.s, texts[at].s))
		}
	}
}
