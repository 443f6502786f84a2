package rules

import (
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

func (l *loader) decodeScan(b *block) Scan {
	if b == nil {
		return Scan{}
	}
	l.evaluate(b)
	l.checkBuckets(b)
	l.checkRepeated(get[[]text](b, "buckets"), bucketTwice)
	l.checkEndings(b)
	s := Scan{
		Buckets:    sortedTexts(get[[]text](b, "buckets")),
		Prefixes:   l.decodePrefixes(b),
		Exclude:    globsOf(b, "exclude"),
		AllowEmpty: get[bool](b, "allow_empty"),
	}
	l.checkBucketNames(b, s.Buckets)
	if !l.compares(globCost*len(s.Exclude)*len(s.Prefixes), &b.header) {
		return s
	}
	l.checkSwallowed(b, s.Prefixes)
	for _, e := range get[[]placedGlob](b, "exclude") {
		l.checkExclude(e, s.Prefixes)
	}
	return s
}

// checkBuckets wants the full names of buckets.
func (l *loader) checkBuckets(b *block) {
	for _, t := range get[[]text](b, "buckets") {
		if t.s == "" {
			l.errorIn(t.at, "Empty bucket name", "A bucket name is empty. Name the bucket, or remove the element.")
		} else if wrong := checkBucketName(t.s); wrong != "" {
			l.errorIn(t.at, "Invalid bucket name", wrong)
		}
	}
}

// checkBucketName says what is wrong with the full name of a bucket, or nothing.
func checkBucketName(name string) string {
	switch {
	case strings.ContainsAny(name, "*?[]{}"):
		return fmt.Sprintf("%q looks like a glob, but this names one bucket in full. List each of them.", cut(name))
	case strings.Contains(name, "/"):
		return fmt.Sprintf("%q holds a slash, which no bucket name has. Put what follows the bucket's name into prefixes.", cut(name))
	case strings.ContainsFunc(name, notInBucketName):
		return fmt.Sprintf("%q holds a character that no bucket name has: only letters, digits, \"-\", \".\" and \"_\" are. Write the name as the bucket list shows it.", cut(name))
	case len(name) < minBucketName || len(name) > maxBucketName:
		return fmt.Sprintf("%q has %d characters, but bucket names have %d to %d. Write the name in full, as the bucket list shows it.",
			cut(name), len(name), minBucketName, maxBucketName)
	case strings.ContainsRune("-._", rune(name[0])) || strings.ContainsRune("-._", rune(name[len(name)-1])):
		return fmt.Sprintf("%q begins or ends with a sign, but bucket names begin and end with a letter or digit.", name)
	}
	return ""
}

// How long bucket names are, by KS3's and S3's rules for naming buckets.
const (
	minBucketName = 3
	maxBucketName = 63
)

func notInBucketName(r rune) bool {
	return r > unicode.MaxASCII || !unicode.IsLetter(r) && !unicode.IsDigit(r) && !strings.ContainsRune("-._", r)
}

// decodePrefixes reads prefixes or whole_bucket of a scan or protect block, and
// wants one argument that says which keys the block is about: nothing may be empty by
// accident. A protect may have keys beside its prefixes, or instead of them.
func (l *loader) decodePrefixes(b *block) []string {
	prefixes, keys, whole := b.has("prefixes"), b.has("keys"), b.has("whole_bucket")
	switch {
	case prefixes && whole:
		l.errorAt(b.args["whole_bucket"].NameRange, "Prefixes and whole bucket",
			"prefixes and whole_bucket exclude each other. Remove one of the two.")
		return nil
	case keys && whole:
		l.errorAt(b.args["whole_bucket"].NameRange, "Keys and whole bucket",
			"keys and whole_bucket exclude each other: the whole bucket holds every key. Remove one of the two.")
		return nil
	case whole:
		return []string{""}
	case !prefixes && !keys:
		if !b.broken {
			l.errorAt(b.header, "Missing prefixes", fmt.Sprintf(
				"This %s block does not say which keys it is about, and nothing never means everything. "+
					"Add prefixes = [\"raw/\"], %sor whole_bucket = true.", b.kind.name, keysToo(b)))
		}
		return nil
	}
	for _, t := range get[[]text](b, "prefixes") {
		l.checkPrefix(b, t)
	}
	l.checkRepeated(get[[]text](b, "prefixes"), "Prefix given twice")
	return sortedTexts(get[[]text](b, "prefixes"))
}

// keysToo says that a block takes globs over keys, where it does.
func keysToo(b *block) string {
	if b.kind.argument("keys") == nil {
		return ""
	}
	return `keys = ["**/masters/**"], `
}

// checkEndings warns about prefixes that end in the middle of a name. An ending
// such as "-" or "_" is taken as meant.
func (l *loader) checkEndings(b *block) {
	for _, t := range get[[]text](b, "prefixes") {
		last, _ := utf8.DecodeLastRuneInString(t.s)
		if unicode.IsLetter(last) || unicode.IsDigit(last) {
			l.warnIn(t.at, "Prefix without a slash at its end", fmt.Sprintf(
				"%q also covers longer names, such as %q. Write %q if only what lies under that name is meant.",
				t.s, t.s+"hide/", t.s+"/"))
		}
	}
}

// globsOf returns the globs of an argument, in the order of the text.
func globsOf(b *block, name string) []Glob {
	var globs []Glob
	for _, g := range get[[]placedGlob](b, name) {
		globs = append(globs, g.glob)
	}
	return globs
}

func sortedTexts(texts []text) []string {
	var all []string
	for _, t := range texts {
		all = append(all, t.s)
	}
	slices.Sort(all)
	return slices.Compact(all)
}
