package rules

import (
	"fmt"
	"slices"
	"strings"

	"github.com/agext/levenshtein"
)

// Bounds of what messages compare and list. A rule file can declare thousands of
// names, of thousands of characters.
const (
	maxCompared = 64 // characters of a name
	maxListed   = 20 // names
)

// didYouMean returns a sentence with the candidate that is nearest to what was
// written, or nothing when none is near. Between equals the first by name wins.
func didYouMean(written string, candidates []string) string {
	best := Nearest(written, candidates)
	if best == "" {
		return ""
	}
	return fmt.Sprintf(" Did you mean %q?", best)
}

// Nearest returns the candidate that is nearest to what was written, or nothing when
// none is near. Between equals the first by name wins.
func Nearest(written string, candidates []string) string {
	if len(written) > maxCompared {
		return ""
	}
	best, distance := "", max(1, (len(written)+1)/3)+1
	for _, c := range slices.Sorted(slices.Values(candidates)) {
		if len(c) > maxCompared || len(c)-len(written) >= distance || len(written)-len(c) >= distance {
			continue
		}
		if d := levenshtein.Distance(strings.ToLower(written), c, nil); d < distance {
			best, distance = c, d
		}
	}
	return best
}

// enumerate writes names as a sorted list for a sentence: `"a", "b" and "c"`.
func enumerate(names []string, joint string) string {
	names = slices.Sorted(slices.Values(names))
	hidden := len(names) - maxListed
	names = names[:min(len(names), maxListed)]
	for i, n := range names {
		names[i] = fmt.Sprintf("%q", n)
	}
	if hidden > 0 {
		names = append(names, fmt.Sprintf("%d more", hidden))
	}
	if len(names) < 2 {
		return strings.Join(names, "")
	}
	last := len(names) - 1
	return strings.Join(names[:last], ", ") + " " + joint + " " + names[last]
}
