package rules

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// maxElementChecks bounds how often elements of protects are held against scans: these
// are warnings, and no rule set that a person writes comes near it.
const maxElementChecks = 10_000_000

// An elementCheck looks for single elements of protects that cover nothing in any scan,
// beside others that do.
type elementCheck struct {
	*loader
	forms   [][]string          // the prefixes of each rule, as outermost returns them
	lookers map[string][]int    // the rules that look at a bucket
	buckets []string            // those of lookers, sorted
	reached map[string][]string // prefixes of the buckets that some globs match, by these
	left    int                 // of maxElementChecks
}

func (l *loader) elementsAgainst(rules []Rule, forms [][]string) *elementCheck {
	c := &elementCheck{loader: l, forms: forms, lookers: map[string][]int{}, reached: map[string][]string{}, left: maxElementChecks}
	for i := range rules {
		for _, bucket := range rules[i].Scan.Buckets {
			c.lookers[bucket] = append(c.lookers[bucket], i)
		}
	}
	c.buckets = slices.Sorted(maps.Keys(c.lookers))
	return c
}

// look warns about the elements of a protect that covers something as a whole.
func (c *elementCheck) look(p *placedProtect) {
	for _, g := range get[[]placedGlob](p.block, "buckets") {
		if len(c.matched(g.glob)) == 0 && c.left > 0 {
			c.dead(p, g.at, fmt.Sprintf("No rule looks at a bucket that %q names, so that it protects nothing.", g.glob.text), c.nearBucket(g.glob))
		}
	}
	prefixes := c.under(p.Buckets)
	for _, t := range get[[]text](p.block, "prefixes") {
		if !prefixesMeet(outermost([]string{t.s}), prefixes) && c.left > 0 {
			c.dead(p, t.at, fmt.Sprintf("No rule looks at keys that begin with %q in these buckets, so that it protects nothing.", t.s), c.nearPrefix(t.s, prefixes))
		}
	}
	for _, g := range get[[]placedGlob](p.block, "keys") {
		c.left -= len(prefixes)
		if ascii(g.glob.text) && c.left > 0 && !g.glob.reachesAny(prefixes) {
			c.dead(p, g.at, fmt.Sprintf("No rule looks at a key that %q matches in these buckets, so that it protects nothing.", g.glob.text), c.nearPrefix(g.glob.text, prefixes))
		}
	}
}

// dead warns about one element.
func (c *elementCheck) dead(p *placedProtect, at spot, what, near string) {
	remedy := "Check how it is spelled, or remove it: what is not looked at needs no protect."
	if near != "" {
		remedy = fmt.Sprintf("Did you mean %q? %s", near, remedy)
	}
	c.warnAbout(&p.instance, at, "Element of a protect that protects nothing", what+" "+remedy)
}

// matched returns the buckets of rules that a glob matches.
func (c *elementCheck) matched(g Glob) []string {
	if !g.wild() {
		if c.lookers[g.prefix] != nil {
			return []string{g.prefix}
		}
		return nil
	}
	c.left -= len(c.buckets)
	if c.left <= 0 {
		return nil
	}
	var matched []string
	for _, bucket := range c.buckets {
		if g.Match(bucket) {
			matched = append(matched, bucket)
		}
	}
	return matched
}

// under returns the prefixes that rules look at in the buckets that globs match.
func (c *elementCheck) under(globs []Glob) []string {
	key := strings.Join(globTextsOf(globs), "\n")
	prefixes, known := c.reached[key]
	if known {
		return prefixes
	}
	looks := map[int]bool{}
	for _, g := range globs {
		for _, bucket := range c.matched(g) {
			for _, rule := range c.lookers[bucket] {
				looks[rule] = true
			}
		}
	}
	for rule := range looks {
		prefixes = append(prefixes, c.forms[rule]...)
		c.left -= len(c.forms[rule])
	}
	prefixes = outermost(prefixes)
	c.reached[key] = prefixes
	return prefixes
}

// nearBucket is a bucket of a rule that may have been meant; to find it takes long, and
// beyond some messages nobody reads it.
func (c *elementCheck) nearBucket(g Glob) string {
	if g.wild() || len(c.diags) >= maxShown {
		return ""
	}
	return Nearest(g.prefix, c.buckets)
}

// nearPrefix is what may have been meant by a prefix or a glob of keys.
func (c *elementCheck) nearPrefix(s string, prefixes []string) string {
	if len(c.diags) >= maxShown {
		return ""
	}
	for _, p := range prefixes {
		if len(s) >= len(p) && strings.EqualFold(s[:len(p)], p) {
			return p + s[len(p):]
		}
	}
	first, rest, _ := strings.Cut(s, "/")
	if near := Nearest(first+"/", prefixes); near != "" {
		return near + rest
	}
	return ""
}
