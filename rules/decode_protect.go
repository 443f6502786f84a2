package rules

import (
	"fmt"
	"strings"
	"time"
	"unicode/utf8"
)

// A placedProtect is a protect with the block that it was read from.
type placedProtect struct {
	Protect
	instance
}

func (l *loader) decodeProtects(blocks []*block) []placedProtect {
	var protects []placedProtect
	l.checkNames(blocks)
	for _, b := range blocks {
		instances, empty := l.instancesOf(b)
		l.eachInstance(instances, func(i instance) {
			l.nobody = empty
			p := l.decodeProtect(i)
			l.nobody = false
			if !empty {
				protects = append(protects, placedProtect{p, i})
			}
		})
		if empty {
			l.warnAt(b.args["for_each"].Expr.Range(), "Protect that protects nothing",
				"for_each is empty, so that nothing is protected by this block. Check what it follows from.")
		}
	}
	return protects
}

func (l *loader) decodeProtect(i instance) Protect {
	b := i.block
	l.evaluate(b)
	l.checkBucketGlobs(b, "buckets")
	l.checkRepeated(placedTexts(b, "buckets"), bucketTwice)
	p := Protect{
		Address:  i.address,
		Buckets:  globsOf(b, "buckets"),
		Prefixes: l.decodePrefixes(b),
		Keys:     globsOf(b, "keys"),
		Owners:   l.decodeAccounts(b, "owners"),

		OwnersHidden: b.value("owners").hidden != "",

		Until:  get[time.Time](b, "until"),
		Reason: strings.TrimSpace(get[string](b, "reason")),
		Range:  rangeOf(b.header),
	}
	if b.known("until") {
		l.dated = append(l.dated, dated{p.Address, p.Until, b.value("until")})
	}
	l.checkCovered(b)
	l.checkBucketNames(b, globTextsOf(p.Buckets))
	for _, k := range get[[]placedGlob](b, "keys") {
		l.checkKeyGlob(k)
	}
	return p
}

// checkBucketGlobs refuses globs of an argument that no bucket's name can match: they
// would protect, find or exclude nothing without a word.
func (l *loader) checkBucketGlobs(b *block, argument string) {
	for _, p := range get[[]placedGlob](b, argument) {
		g := p.glob.String()
		never := func(r rune) bool { return notInBucketName(r) && r != '*' && r != '?' }
		at := strings.IndexFunc(g, never)
		if at < 0 {
			continue
		}
		odd, _ := utf8.DecodeRuneInString(g[at:])
		l.errorIn(p.at, "Invalid bucket name", fmt.Sprintf(
			"%q can match no bucket, because no bucket name holds a %q. Buckets are named in full or by a glob with * and ?; keys belong in prefixes.",
			g, string(odd)))
	}
}

// placedTexts returns the globs of an argument as they were written.
func placedTexts(b *block, name string) []text {
	var texts []text
	for _, g := range get[[]placedGlob](b, name) {
		texts = append(texts, text{g.glob.text, g.at})
	}
	return texts
}

// globTextsOf returns globs as they were written.
func globTextsOf(globs []Glob) []string {
	var texts []string
	for _, g := range globs {
		texts = append(texts, g.text)
	}
	return texts
}
