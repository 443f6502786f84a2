package view

import (
	"fmt"
	"slices"
	"strings"

	"offcut/engine"
	"offcut/rules"
)

// maxOverlaps bounds how many lines a plan has about scopes that meet.
const maxOverlaps = 10

// An overlapLine is a prefix that several rules look at, and who decides there.
type overlapLine struct {
	kind
	rules.Overlap
	Summary string `json:"summary"`
}

// overlapsOf are those in which a rule that may act takes part.
func overlapsOf(p *engine.Plan, all []rules.Overlap) []rules.Overlap {
	acts := func(address string) bool { return slices.Contains(p.Acting, address) }
	var some []rules.Overlap
	for _, o := range all {
		if slices.ContainsFunc(o.Deciders, acts) || slices.ContainsFunc(o.Over, acts) {
			some = append(some, o)
		}
	}
	return some
}

// writeOverlaps says who decides where scopes of rules meet.
func writeOverlaps(out *page, p *engine.Plan) {
	all := overlapsOf(p, out.Overlaps)
	for _, o := range all[:min(len(all), maxOverlaps)] {
		out.labelled(plain, "Scopes: ", "%s.", overlapSentence(p, o))
	}
	if hidden := len(all) - maxOverlaps; hidden > 0 {
		out.line("… and %s more (-json names them all)", count(int64(hidden)))
	}
}

// overlapSentence is "rule.b decides about raw/a/ in media (its prefix is longer than
// that of rule.a, raw/)".
func overlapSentence(p *engine.Plan, o rules.Overlap) string {
	where, off := scopesOf(p, o), ""
	if !slices.ContainsFunc(o.Deciders, func(a string) bool { return !slices.Contains(p.Disabled, a) }) {
		off = ", but is disabled: nothing is aborted there"
		if len(o.Deciders) > 1 {
			off = ", but all of them are disabled: nothing is aborted there"
		}
	}
	if len(o.Over) == 0 {
		return addressList(o.Deciders) + " decide together about " + where +
			": an upload is aborted only if each of them would abort it" + off + exceptions(o, "the others")
	}
	verb, its := "decides", "its prefix is"
	if len(o.Deciders) > 1 {
		verb, its = "decide together", "their prefix is"
	}
	shorter := Text(o.Within)
	if o.Within == "" {
		shorter = "the whole bucket"
	}
	text := fmt.Sprintf("%s %s about %s (%s longer than that of %s, %s)", addressList(o.Deciders), verb, where, its, addressList(o.Over), shorter)
	return text + off + exceptions(o, addressList(o.Over))
}

// exceptions says what the deciders don't decide about, and what they keep.
func exceptions(o rules.Overlap, others string) string {
	text := ""
	if o.Excludes {
		text += "; what it excludes is left to " + others
	}
	if o.Where {
		text += "; what its where is false for is kept"
	}
	if len(o.Deciders) > 1 {
		text = strings.NewReplacer("what it excludes", "what one of them excludes", "what its where is", "what the where of one of them is").Replace(text)
	}
	return text
}

// scopesOf names the keys that an overlap is about.
func scopesOf(p *engine.Plan, o rules.Overlap) string {
	bucket := bucketName(p, o.Provider, o.Buckets[0])
	if more := len(o.Buckets) - 1; more > 0 {
		bucket += fmt.Sprintf(" and %s", countOf(int64(more), "other bucket"))
	}
	if o.Prefix == "" {
		return "all of " + bucket
	}
	return Text(o.Prefix) + " in " + bucket
}

// addressList names at most three rules.
func addressList(addresses []string) string {
	const most = 3
	var shown []string
	for _, a := range addresses[:min(most, len(addresses))] {
		shown = append(shown, Address(a))
	}
	if more := len(addresses) - most; more > 0 {
		shown = append(shown, fmt.Sprintf("%d more", more))
	}
	if len(shown) < 2 {
		return strings.Join(shown, "")
	}
	return strings.Join(shown[:len(shown)-1], ", ") + " and " + shown[len(shown)-1]
}

// encodeOverlaps writes every overlap as a JSON line.
func encodeOverlaps(encode func(any) error, p *engine.Plan, all []rules.Overlap) error {
	for _, o := range overlapsOf(p, all) {
		if err := encode(overlapLine{kind: kindOf("overlap"), Overlap: o, Summary: overlapSentence(p, o) + "."}); err != nil {
			return err
		}
	}
	return nil
}
