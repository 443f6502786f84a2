package rules

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Prefixes and globs of keys that say something else than they seem to. A scan
// that covers too little keeps too much; a protect or an exclude that covers too
// little loses what it was written for, so with those less is taken.

// checkPrefix looks at a prefix of the scan or protect block b.
func (l *loader) checkPrefix(b *block, t text) {
	if t.s == "" {
		l.errorIn(t.at, "Empty prefix",
			"An empty prefix covers every key, and empty never means everything. Write whole_bucket = true instead of prefixes.")
		return
	}
	if !l.checkURL(t, "Prefix is a URL") || !l.checkSeen(t) {
		return
	}
	l.checkEnds(t)
	l.checkPlain(b, t)
	l.checkFirstSlash(t, "Prefix")
	if strings.Contains(t.s, "*") {
		l.checkAsterisk(b, t)
	}
	if HasDotSegment(t.s) {
		l.warnIn(t.at, "Prefix with a dot segment", fmt.Sprintf(
			"%q has a segment \".\" or \"..\". Keys with one cannot be addressed safely and are never aborted.", t.s))
	}
}

// checkFirstSlash warns about the beginning of a key that is a slash.
func (l *loader) checkFirstSlash(t text, what string) {
	if strings.HasPrefix(t.s, "/") {
		l.warnIn(t.at, what+" begins with a slash", fmt.Sprintf(
			"%q only covers keys whose first character is a slash. Most keys have none: write %q unless yours do.",
			t.s, strings.TrimLeft(t.s, "/")))
	}
}

// checkAsterisk looks at a prefix that seems to be a glob.
func (l *loader) checkAsterisk(b *block, t text) {
	stem, _, _ := strings.Cut(t.s, "*")
	remedy := fmt.Sprintf("prefixes = [%q]", stem)
	if stem == "" {
		remedy = "whole_bucket = true"
	}
	if b.kind.name == protectBlock().name {
		if stem != "" && strings.Trim(t.s[len(stem):], "*") != "" {
			remedy += fmt.Sprintf(", or keys = [%q] for a glob over whole keys", t.s)
		}
		l.errorIn(t.at, "Prefix with an asterisk", fmt.Sprintf(
			"A prefix is no glob: %q would protect only keys that hold this very asterisk. Write %s.", t.s, remedy))
		return
	}
	l.warnIn(t.at, "Prefix with an asterisk", fmt.Sprintf(
		"A prefix is no glob: %q only covers keys that begin with exactly these characters, asterisk included. "+
			"If a glob was meant, write %s.", t.s, remedy))
}

// checkURL refuses a text that names a bucket where only keys stand.
func (l *loader) checkURL(t text, summary string) bool {
	for _, scheme := range []string{"ks3://", "s3://"} {
		rest, found := strings.CutPrefix(strings.ToLower(t.s), scheme)
		if !found {
			continue
		}
		_, key, _ := strings.Cut(t.s[len(t.s)-len(rest):], "/")
		l.errorIn(t.at, summary, fmt.Sprintf(
			"%q begins with %s, but only keys stand here. Name the bucket in buckets, and write %q.", t.s, scheme, key))
		return false
	}
	return true
}

// checkEnds warns about blanks and control characters at the ends of a text. A key
// may hold them, but whoever sees the text does not.
func (l *loader) checkEnds(t text) {
	first, _ := utf8.DecodeRuneInString(t.s)
	last, _ := utf8.DecodeLastRuneInString(t.s)
	for _, end := range []struct {
		char  rune
		where string
	}{{first, "begins with"}, {last, "ends in"}} {
		if unicode.IsSpace(end.char) || unicode.IsControl(end.char) {
			l.warnIn(t.at, "Blank at the end of a text", fmt.Sprintf(
				"%q %s %s, which a key must then hold too. Remove it unless it is meant.", t.s, end.where, characterName(end.char)))
			return
		}
	}
}

func characterName(r rune) string {
	switch r {
	case ' ':
		return "a blank"
	case '\n':
		return "a newline"
	case '\t':
		return "a tab"
	case '\r':
		return "a carriage return"
	}
	return fmt.Sprintf("the character %U", r)
}

// checkExclude looks at a glob of a scan with these prefixes.
func (l *loader) checkExclude(e placedGlob, prefixes []string) {
	t := text{e.glob.String(), e.at}
	if !l.checkURL(t, "Glob is a URL") || !l.checkSeen(t) {
		return
	}
	l.checkEnds(t)
	if len(prefixes) > 0 && !e.glob.reachesAny(prefixes) {
		l.warnIn(e.at, "Exclude that excludes nothing", fmt.Sprintf(
			"%q matches no key that this rule looks at: a glob must match a whole key, from its beginning. Write a glob such as %q.",
			t.s, reachingGlob(t.s, prefixes)))
		return
	}
	l.checkWholeKey(e, "Exclude")
}

// checkKeyGlob looks at a glob over the keys that a protect is about.
func (l *loader) checkKeyGlob(g placedGlob) {
	t := text{g.glob.String(), g.at}
	if !l.checkURL(t, "Glob is a URL") || !l.checkSeen(t) {
		return
	}
	l.checkEnds(t)
	if HasDotSegment(t.s) {
		l.warnIn(t.at, "Glob with a dot segment", fmt.Sprintf(
			"%q has a segment \".\" or \"..\". Keys with one cannot be addressed safely and are never aborted, so they need no protect.", t.s))
		return
	}
	l.checkWholeKey(g, "Glob")
}

// checkWholeKey warns about a glob that seems to be written as if it matched the
// beginning of a key.
func (l *loader) checkWholeKey(g placedGlob, what string) {
	s := g.glob.String()
	example := strings.Trim(s, "/") + "/**"
	switch {
	case strings.HasSuffix(s, "/"):
		l.warnIn(g.at, what+" of a single name", fmt.Sprintf(
			"%q matches only keys that end in this slash, not what lies under them. Write %q.", s, example))
	case !g.glob.wild() && !strings.Contains(s[strings.LastIndex(s, "/")+1:], "."):
		l.warnIn(g.at, what+" of a single name", fmt.Sprintf(
			"%q matches that one key only, not what lies under it. Write %q if that is meant.", s, example))
	case strings.HasPrefix(s, "/"):
		l.warnIn(g.at, what+" begins with a slash", fmt.Sprintf(
			"%q only matches keys whose first character is a slash. Most keys have none: write %q unless yours do.",
			s, strings.TrimLeft(s, "/")))
	}
	l.checkLevels(g, what)
}

// checkLevels warns about a glob that stops at the next slash where all that lies below
// was hardly meant to be left out: "raw/legal/*" covers no "raw/legal/2024/a.pdf". A "?*"
// says that it was: nobody writes it for everything below.
func (l *loader) checkLevels(g placedGlob, what string) {
	s := g.glob.String()
	switch {
	case !g.glob.wild() || strings.Contains(s, "**") || g.glob.namesOneLevel():
	case g.glob.tokens[len(g.glob.tokens)-1].kind == globStar:
		l.warnIn(g.at, what+" of one level", fmt.Sprintf(
			"%q covers no key with a further \"/\": * ends at a slash. Write %q for everything below, or %q if this level alone is meant.",
			s, s+"*", strings.TrimSuffix(s, "*")+"?*"))
	case !strings.Contains(s, "/"):
		meant := ""
		if i := g.glob.firstStar(); i >= 0 {
			meant = fmt.Sprintf(", or %q if only those without one are meant", s[:i]+"?"+s[i:])
		}
		l.warnIn(g.at, what+" of one level", fmt.Sprintf(
			"%q covers no key with a \"/\": * and ? end at a slash. Write %q for those below too%s.", s, "**/"+s, meant))
	}
}

// reachingGlob is what may have been meant by a glob that matches nothing under
// prefixes.
func reachingGlob(written string, prefixes []string) string {
	trimmed := strings.TrimLeft(written, "/")
	if g, err := ParseGlob(trimmed); err == nil && g.reachesAny(prefixes) {
		return trimmed
	}
	return "**/" + trimmed
}

// checkBucketNames warns about prefixes and globs of keys that begin with the name of
// one of their block's buckets, as paths of other tools do.
func (l *loader) checkBucketNames(b *block, buckets []string) {
	texts := slices.Clone(get[[]text](b, "prefixes"))
	for _, name := range []string{"keys", "exclude"} {
		for _, g := range get[[]placedGlob](b, name) {
			texts = append(texts, text{g.glob.String(), g.at})
		}
	}
	for _, t := range texts {
		l.checkBucketInKey(t, buckets, "whole_bucket = true")
	}
}

// checkBucketInKey warns about a text of keys that begins with the name of one of the
// buckets. whole is what to write for every key of a bucket.
func (l *loader) checkBucketInKey(t text, buckets []string, whole string) {
	first, rest, found := strings.Cut(t.s, "/")
	if !found || strings.ContainsAny(first, "*?") || !slices.Contains(buckets, first) {
		return // a glob may match the name of its bucket, and means keys
	}
	if rest != "" {
		whole = strconv.Quote(rest)
	}
	l.warnIn(t.at, "Key begins with the bucket's name", fmt.Sprintf(
		"%q only covers keys that begin with %q inside the bucket. Keys do not hold the name of their bucket: write %s unless yours do.",
		t.s, first+"/", whole))
}
