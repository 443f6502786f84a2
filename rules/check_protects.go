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
	for _, p := range protects {
		if p.unknown("buckets") || p.unknown("prefixes") || p.unknown("keys") || p.usedBy(cfg.Rules) {
			continue
		}
		l.warnAt(p.header, "Protect that protects nothing",
			"No rule looks at keys that this block covers: its buckets, its prefixes or its keys lie outside of every scan. "+
				"Check how they are spelled; what is not looked at needs no protect.")
		if note := p.note(); note != nil {
			l.diags[len(l.diags)-1].Extra = *note
		}
	}
}

// unknown says whether an argument was given whose value is not known, or could not
// be read.
func (b *block) unknown(name string) bool { return b.has(name) && !b.known(name) }

// usedBy reports whether a key that p covers may lie in the scan of a rule.
func (p *Protect) usedBy(rules []Rule) bool {
	for i := range rules {
		scan := &rules[i].Scan
		for _, bucket := range scan.Buckets {
			if matchesAny(p.Buckets, bucket) && p.meets(scan.Prefixes) {
				return true
			}
		}
	}
	return false
}

// meets reports whether a key that begins with one of these prefixes may be one of
// those that p is about.
func (p *Protect) meets(prefixes []string) bool {
	return prefixesMeet(p.Prefixes, prefixes) ||
		slices.ContainsFunc(p.Keys, func(g Glob) bool { return g.reachesAny(prefixes) || !ascii(g.text) })
}

// prefixesMeet reports whether a key can begin with one text of a and, in one of the
// forms of Unicode that are looked at, with one of b.
func prefixesMeet(a, b []string) bool {
	a, b = decomposed(a), decomposed(b)
	for _, x := range a {
		for _, y := range b {
			if strings.HasPrefix(x, y) || strings.HasPrefix(y, x) {
				return true
			}
		}
	}
	return false
}

func decomposed(texts []string) []string {
	out := make([]string, len(texts))
	for i, s := range texts {
		out[i] = norm.NFD.String(s)
	}
	return out
}

// ascii reports whether s has the same bytes in every form of Unicode.
func ascii(s string) bool {
	return strings.IndexFunc(s, func(r rune) bool { return r > '\x7f' }) < 0
}
