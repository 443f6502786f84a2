package rules

import (
	"fmt"
	"strings"
)

// warnKey checks a text that a where compares upload.key with as those of protects and
// scans are checked: a glob as a glob, and every other text as a prefix, which is no glob.
func (c *termChecker) warnKey(found comparison, t text) {
	switch found.by {
	case byRegex:
	case byPart:
		c.checkNoGlob(found, t)
	case byGlob:
		g, err := ParseGlob(t.s)
		if err != nil || !c.checkURL(t, "Glob is a URL") || !c.checkSeen(t) {
			return
		}
		c.checkEnds(t)
		c.checkBucketInKey(t, c.later.buckets, "a comparison of upload.bucket")
		c.checkWholeKey(placedGlob{g, t.at}, "Glob")
	default:
		if !c.checkURL(t, "Text is a URL") || !c.checkSeen(t) {
			return
		}
		c.checkFirstSlash(t, "Text")
		c.checkBucketInKey(t, c.later.buckets, "a comparison of upload.bucket")
		c.checkNoGlob(found, t)
	}
}

// checkNoGlob warns about a text that is compared character by character and looks like
// a glob. One of asterisks alone may be looked for in keys that hold some.
func (c *termChecker) checkNoGlob(found comparison, t text) {
	if !strings.Contains(t.s, "*") || found.by == byPart && strings.Trim(t.s, "*") == "" {
		return
	}
	remedy := ""
	if g, err := ParseGlob(globInstead(found, t.s)); err == nil {
		remedy = fmt.Sprintf(" If a glob was meant, write glob(%q, upload.key).", g)
		if found.by == byWhole && found.function != "" {
			remedy = fmt.Sprintf(" If globs were meant, write anytrue([for g in [%q] : glob(g, upload.key)]).", g)
		}
	}
	c.warnIn(t.at, "Text with an asterisk", fmt.Sprintf(
		"This compares plain text: %q stands for exactly these characters, asterisk included.%s", t.s, remedy))
}

// globInstead is the glob over whole keys that a text with asterisks may have been meant for.
func globInstead(found comparison, s string) string {
	rest := strings.TrimLeft(s, "*")
	switch {
	case found.by == byPart && rest != s && found.function != "strcontains":
		return "**/*" + rest
	case found.by == byPart && found.function != "strcontains":
		return "**" + s
	case found.by == byPart:
		return "**" + strings.Trim(s, "*") + "**"
	case found.by == byBeginning || strings.HasSuffix(s, "/*"):
		return strings.TrimRight(s, "*") + "**"
	}
	return s
}
