package view

import (
	"encoding/json"
	"strings"
	"time"

	"offcut/engine"
	"offcut/rules"
)

// A Discovery is what a data block found, and how that differs from the plan before.
type Discovery struct {
	rules.Discovery
	Change *engine.BucketChange // nil where nothing differs, or nothing was remembered
}

// A discoveryLine is what a data block found. Appeared, gone and since tell how that
// differs from the plan before, where it does.
type discoveryLine struct {
	kind
	Data     string    `json:"data"`     // address of the data block
	Provider string    `json:"provider"` // whose bucket list it is
	Buckets  []string  `json:"buckets"`  // names, sorted
	Appeared []string  `json:"appeared,omitempty"`
	Gone     []string  `json:"gone,omitempty"`
	Since    time.Time `json:"since,omitzero"` // when the plan before was made
}

// writeDiscoveries says what each data block found.
func writeDiscoveries(out *page) {
	for _, d := range out.Discoveries {
		out.line("%s: %s.", Text(d.Address), bucketsPhrase(d.Names))
	}
	writeChanges(out)
}

// writeChanges says which buckets appeared or vanished.
func writeChanges(out *page) {
	for _, d := range out.Discoveries {
		if d.Change != nil {
			out.labelled(notice, "Note: ", "%s", changePhrase(d))
		}
	}
}

// bucketsPhrase is "4 buckets (media-a, media-b, media-c, …)".
func bucketsPhrase(names []string) string {
	if len(names) == 0 {
		return "no bucket"
	}
	return countOf(int64(len(names)), "bucket") + " (" + firstNames(names) + ")"
}

// firstNames names a few.
func firstNames(names []string) string { return firstFew(names, Text) }

// firstAddresses names a few rules.
func firstAddresses(addresses []string) string { return firstFew(addresses, Address) }

// firstFew is "a, b, c, d, e and 56 more", where escape makes a name safe to print.
func firstFew(names []string, escape func(string) string) string {
	const most = 5
	text := strings.Join(each(names[:min(most, len(names))], escape), ", ")
	if more := len(names) - most; more > 0 {
		text += " and " + count(int64(more)) + " more"
	}
	return text
}

// changePhrase is "data.buckets.media: media-new appeared since the plan of 2026-11-20
// 03:00:04 UTC; media-old is gone."
func changePhrase(d Discovery) string {
	var parts []string
	since := " since the plan of " + Instant(d.Change.Since)
	if len(d.Change.Appeared) > 0 {
		parts = append(parts, firstNames(d.Change.Appeared)+" appeared"+since)
		since = ""
	}
	if n := len(d.Change.Gone); n > 0 {
		is := " are gone"
		if n == 1 {
			is = " is gone"
		}
		parts = append(parts, firstNames(d.Change.Gone)+is+since)
	}
	return Text(d.Address) + ": " + strings.Join(parts, "; ") + "."
}

// encodeDiscoveries writes a line for each data block.
func encodeDiscoveries(out *json.Encoder, all []Discovery) error {
	for _, d := range all {
		line := discoveryLine{kind: kindOf("discovery"), Data: d.Address, Provider: d.Provider, Buckets: append([]string{}, d.Names...)}
		if d.Change != nil {
			line.Appeared, line.Gone, line.Since = d.Change.Appeared, d.Change.Gone, d.Change.Since.UTC()
		}
		if err := out.Encode(line); err != nil {
			return err
		}
	}
	return nil
}

// nowhereNotes says which rules looked at nothing: blind is not clean.
func nowhereNotes(p *engine.Plan) []note {
	var notes []note
	for _, rule := range p.LooksNowhere() {
		notes = append(notes, note{rule: rule, text: rule + " looks at nothing: its list of buckets is empty, and allow_empty = true allows that."})
	}
	return notes
}
