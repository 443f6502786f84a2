package rules

import (
	"slices"
	"strings"

	"golang.org/x/text/unicode/norm"
)

// checkUse warns about protects that lie outside of everything that rules look at.
// Nothing is said as long as it is not known where all rules look.
func (l *loader) checkUse(protects []placedProtect, cfg *Config) {
	unknown := func(r Rule) bool { return len(r.Scan.Buckets) == 0 || len(r.Scan.Prefixes) == 0 }
	if l.found == nil && slices.ContainsFunc(cfg.Rules, unknown) {
		return
	}
	forms := make([][]string, len(cfg.Rules))
	for i := range cfg.Rules {
		forms[i] = outermost(cfg.Rules[i].Scan.Prefixes)
	}
	first, elements := len(l.diags), l.elementsAgainst(cfg.Rules, forms)
	for _, p := range protects {
		if p.unknown("buckets") || p.unknown("prefixes") || p.unknown("keys") {
			continue
		}
		if l.uses(cfg.Rules, forms, &p) {
			elements.look(&p)
			continue
		}
		l.warnAt(p.header, "Protect that protects nothing",
			"No rule looks at keys that this block covers: its buckets, its prefixes or its keys lie outside of every scan. "+
				"Check how they are spelled; what is not looked at needs no protect.")
		if note := p.note(); note != nil {
			l.diags[len(l.diags)-1].Extra = *note
		}
	}
	l.diags = append(l.diags[:first], onceEach(l.diags[first:], len(protects))...)
}

// unknown says whether an argument was given whose value is not known, or could not
// be read.
func (b *block) unknown(name string) bool { return b.has(name) && !b.known(name) }

// uses reports whether a key that p covers may lie in the scan of a rule. forms are the
// prefixes of each rule, as outermost returns them. It is also true after reporting
// that this is too much to look at.
func (l *loader) uses(rules []Rule, forms [][]string, p *placedProtect) bool {
	mine := outermost(p.Prefixes)
	for i := range rules {
		scan := &rules[i].Scan
		if !l.compares(len(scan.Buckets)+len(mine)+globCost*len(p.Keys)*len(scan.Prefixes), &p.header) {
			return true
		}
		covered := func(bucket string) bool { return matchesAny(p.Buckets, bucket) }
		if slices.ContainsFunc(scan.Buckets, covered) && (prefixesMeet(mine, forms[i]) || p.hasKeyUnder(scan.Prefixes)) {
			return true
		}
	}
	return false
}

// hasKeyUnder reports whether a key that begins with one of these prefixes may be one of
// the keys of p.
func (p *Protect) hasKeyUnder(prefixes []string) bool {
	return slices.ContainsFunc(p.Keys, func(g Glob) bool { return g.reachesAny(prefixes) || !ascii(g.text) })
}

// prefixesMeet reports whether a key can begin with one text of a and, in one of the
// forms of Unicode that are looked at, with one of b. Both are as outermost returns them.
func prefixesMeet(a, b []string) bool {
	for _, x := range a {
		i, _ := slices.BinarySearch(b, x)
		if i < len(b) && strings.HasPrefix(b[i], x) || i > 0 && strings.HasPrefix(x, b[i-1]) {
			return true
		}
	}
	return false
}

// outermost returns prefixes in the decomposed form of Unicode, sorted, without those
// that another one covers.
func outermost(prefixes []string) []string {
	out := make([]string, len(prefixes))
	for i, s := range prefixes {
		out[i] = norm.NFD.String(s)
	}
	slices.Sort(out)
	kept := out[:0]
	for _, s := range out {
		if n := len(kept); n == 0 || !strings.HasPrefix(s, kept[n-1]) {
			kept = append(kept, s)
		}
	}
	return kept
}

// ascii reports whether s has the same bytes in every form of Unicode.
func ascii(s string) bool {
	return strings.IndexFunc(s, func(r rune) bool { return r > '\x7f' }) < 0
}
