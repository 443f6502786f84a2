package rules

import (
	"fmt"
	"iter"
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
	return meant(nearest(written, slices.Values(candidates)))
}

// didYouMean is the function of its name, for candidates of which there may be thousands.
// It says nothing once there are more messages than anybody reads.
func (l *loader) didYouMean(written string, candidates iter.Seq[string]) string {
	if l.enough() {
		return ""
	}
	return meant(nearest(written, candidates))
}

// enough reports whether there are so many messages that nobody reads those that follow:
// they do without what takes long to find.
func (l *loader) enough() bool { return len(l.diags) >= maxShown }

func meant(name string) string {
	if name == "" {
		return ""
	}
	return fmt.Sprintf(" Did you mean %q?", name)
}

// Nearest returns the candidate that is nearest to what was written, or nothing when
// none is near. Between equals the first by name wins.
func Nearest(written string, candidates []string) string {
	return nearest(written, slices.Values(candidates))
}

func nearest(written string, candidates iter.Seq[string]) string {
	if len(written) > maxCompared {
		return ""
	}
	best, distance := "", max(1, (len(written)+1)/3)+1
	lower := strings.ToLower(written)
	for c := range candidates {
		if len(c) > maxCompared || len(c)-len(written) > distance || len(written)-len(c) > distance {
			continue
		}
		if d := levenshtein.Distance(lower, strings.ToLower(c), nil); d < distance || d == distance && c < best {
			best, distance = c, d
		}
	}
	return best
}

// enumerate writes names as a sorted list for a sentence: `"a", "b" and "c"`.
func enumerate(names []string, joint string) string { return listed(names, joint, "%q") }

// listed is enumerate with each name in a format: bare with "%s".
func listed(names []string, joint, format string) string {
	names = slices.Sorted(slices.Values(names))
	hidden := len(names) - maxListed
	names = names[:min(len(names), maxListed)]
	for i, n := range names {
		names[i] = fmt.Sprintf(format, n)
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
