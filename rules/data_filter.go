package rules

import (
	"cmp"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"time"
)

// providersAsked tells which provider each data block asks, by address.
func providersAsked(queries []Query) map[string]string {
	asked := map[string]string{}
	for _, q := range queries {
		asked[q.Address] = q.Provider.Address
	}
	return asked
}

// Found holds the bucket lists of providers, by the providers' addresses.
type Found map[string][]FoundBucket

// A FoundBucket is one entry of a bucket list. What a store does not tell is empty.
type FoundBucket struct {
	Name    string    `json:"name"`
	Region  string    `json:"region,omitempty"`
	Type    string    `json:"type,omitempty"`
	Owner   string    `json:"owner,omitempty"`
	Created time.Time `json:"created,omitzero"`
}

// Of returns what f holds of the buckets that a data block stands for, by name: the
// same rules find the same in those alone as in f.
func (f Found) Of(d Discovery) []FoundBucket {
	wanted := map[string]bool{}
	for _, name := range d.Names {
		wanted[name] = true
	}
	return slices.DeleteFunc(sortedBuckets(f[d.Provider]), func(b FoundBucket) bool { return !wanted[b.Name] })
}

// sortedBuckets returns the buckets by name, each once, so that the order of a bucket
// list means nothing.
func sortedBuckets(list []FoundBucket) []FoundBucket {
	list = append([]FoundBucket{}, list...)
	slices.SortFunc(list, func(a, b FoundBucket) int {
		return cmp.Or(strings.Compare(a.Name, b.Name), strings.Compare(a.Region, b.Region),
			strings.Compare(a.Type, b.Type), strings.Compare(a.Owner, b.Owner), a.Created.Compare(b.Created))
	})
	return slices.CompactFunc(list, func(a, b FoundBucket) bool { return a.Name == b.Name })
}

// A bucketFilter holds the conditions of a data block, which must all hold.
type bucketFilter struct {
	regex          *regexp.Regexp // nil: any name
	globs          []Glob         // nil: any name
	regions, types []text         // nil: any
	exclude        []Glob
}

// conditions are the arguments of a data block of which at least one must be given.
func conditions() []string { return []string{"name_regex", "name_glob", "region", "type"} }

// decodeFilter reads and checks the conditions of a data block.
func (l *loader) decodeFilter(b *block) bucketFilter {
	if !slices.ContainsFunc(conditions(), b.has) && !b.broken {
		l.errorAt(b.header, "Missing condition",
			"This data block does not say which buckets it is about, and nothing never means everything. "+
				"Add name_glob = \"media-*\", name_regex, region or type; name_glob = \"*\" takes every bucket of the account.")
	}
	l.checkBucketGlobs(b, "name_glob")
	l.checkBucketGlobs(b, "exclude")
	for _, name := range []string{"region", "type"} {
		for _, t := range get[[]text](b, name) {
			if strings.TrimSpace(t.s) == "" {
				l.errorIn(t.at, "Empty "+name, fmt.Sprintf("A %s is empty. Write it as the store's bucket list spells it, or remove it.", name))
			}
		}
	}
	f := bucketFilter{
		globs: globsOf(b, "name_glob"), exclude: globsOf(b, "exclude"),
		regions: get[[]text](b, "region"), types: get[[]text](b, "type"),
	}
	if b.known("name_regex") {
		f.regex = get[*regexp.Regexp](b, "name_regex")
		l.warnGlobAsRegex(b.value("name_regex"), f.regex.String())
	}
	return f
}

// warnGlobAsRegex warns of a regular expression that reads as a glob: its * repeats the
// letter before it, so that it takes names that nobody meant.
func (l *loader) warnGlobAsRegex(at spot, pattern string) {
	star := strings.Index(pattern, "*")
	if star < 0 || strings.Contains(pattern, ".*") || strings.ContainsAny(pattern, `^$()[]{}|+\`) {
		return
	}
	begins := strings.TrimRight(pattern[:star], "*?")
	l.warnIn(at, "Regular expression that looks like a glob", fmt.Sprintf(
		"In a regular expression a * repeats what stands before it, and one without ^ matches anywhere in a name, so that %q takes more than a glob would. Write name_glob = %q, or name_regex = %q.",
		pattern, pattern, "^"+begins))
}

// takesName reports whether the conditions on names hold.
func (f *bucketFilter) takesName(name string) bool {
	return (f.regex == nil || f.regex.MatchString(name)) &&
		(f.globs == nil || matchesAny(f.globs, name)) && !matchesAny(f.exclude, name)
}

// takes reports whether the store tells that all conditions hold for b. untold names
// what it does not tell, where nothing that it tells speaks against b.
func (f *bucketFilter) takes(b *FoundBucket) (ok bool, untold []string) {
	if !f.takesName(b.Name) {
		return false, nil
	}
	for _, c := range []struct {
		name, value string
		wanted      []text
	}{{"region", b.Region, f.regions}, {"type", b.Type, f.types}} {
		switch {
		case len(c.wanted) == 0:
		case c.value == "":
			untold = append(untold, c.name)
		case !slices.ContainsFunc(c.wanted, func(t text) bool { return t.s == c.value }):
			return false, nil
		}
	}
	return len(untold) == 0, untold
}

// matching chooses what a data block is about from a bucket list, sorted by name, and
// says what speaks against the choice: blind is not clean.
func (l *loader) matching(d *data, f *bucketFilter, listed []FoundBucket) []FoundBucket {
	var matched []FoundBucket
	untold := map[string][]string{} // names of buckets, by what is not told of them
	listed = sortedBuckets(listed)
	for i := range listed {
		ok, missing := f.takes(&listed[i])
		if ok {
			matched = append(matched, listed[i])
		}
		for _, what := range missing {
			untold[what] = append(untold[what], listed[i].Name)
		}
	}
	for _, what := range slices.Sorted(maps.Keys(untold)) {
		l.warnIn(d.block.value(what), "Bucket left out", fmt.Sprintf(
			"The store does not tell the %s of %s, so %s leaves what may be meant out: %s. Name these buckets without %s if they are meant.",
			what, counted(len(untold[what]), "bucket"), d.address(), enumerate(untold[what], "and"), what))
	}
	l.checkExcludes(d, f, listed)
	l.checkSpelling(f.regions, "region", listed, func(b *FoundBucket) string { return b.Region })
	l.checkSpelling(f.types, "type", listed, func(b *FoundBucket) string { return b.Type })
	return matched
}

// checkExcludes warns about an exclude that takes out no bucket of those that the other
// conditions on names leave: what it was to spare may be among them.
func (l *loader) checkExcludes(d *data, f *bucketFilter, listed []FoundBucket) {
	whole := bucketFilter{regex: f.regex, globs: f.globs}
	var names []string
	for i := range listed {
		if whole.takesName(listed[i].Name) {
			names = append(names, listed[i].Name)
		}
	}
	for _, e := range get[[]placedGlob](d.block, "exclude") {
		if !slices.ContainsFunc(names, e.glob.Match) {
			l.warnIn(e.at, "Exclude that excludes nothing", fmt.Sprintf(
				"None of the buckets that %s would stand for without it matches %q.%s Correct or remove it.",
				d.address(), e.glob.String(), didYouMean(e.glob.String(), names)))
		}
	}
}

// checkSpelling warns about a region or type that differs from what the store tells in
// nothing but capitals.
func (l *loader) checkSpelling(wanted []text, what string, listed []FoundBucket, of func(*FoundBucket) string) {
	for _, t := range wanted {
		spelled := ""
		exact := false
		for i := range listed {
			is := of(&listed[i])
			exact = exact || is == t.s
			if is != t.s && strings.EqualFold(is, t.s) {
				spelled = is
			}
		}
		if spelled != "" && !exact {
			l.warnIn(t.at, "Other capitals", fmt.Sprintf("No bucket has the %s %q, but one has %q. It is compared letter by letter: write %q.", what, t.s, spelled, spelled))
		}
	}
}

// misses says what a list holds that does not fit.
func (f *bucketFilter) misses(listed []FoundBucket) string {
	const shown = 5
	if len(listed) == 0 {
		return "the list is empty"
	}
	listed = sortedBuckets(listed)
	var named, all []string
	for i := range listed {
		all = append(all, listed[i].Name)
		if f.takesName(listed[i].Name) {
			named = append(named, describeBucket(&listed[i]))
		}
	}
	if len(named) > 0 {
		return fmt.Sprintf("by name %s, but not by region or type (%s)", fit(len(named)), firstOf(named, shown))
	}
	return fmt.Sprintf("it has %s (%s)", counted(len(all), "bucket"), firstOf(all, shown))
}

func fit(n int) string {
	if n == 1 {
		return "1 bucket does"
	}
	return fmt.Sprintf("%d buckets do", n)
}

// describeBucket is a bucket with what a list tells of it: "media-a: region BEIJING, type NORMAL".
func describeBucket(b *FoundBucket) string {
	return fmt.Sprintf("%s: region %s, type %s", b.Name, cmp.Or(b.Region, "not told"), cmp.Or(b.Type, "not told"))
}

// firstOf names the first few of a list.
func firstOf(list []string, most int) string {
	text := strings.Join(list[:min(len(list), most)], "; ")
	if more := len(list) - most; more > 0 {
		text += fmt.Sprintf("; and %d more", more)
	}
	return text
}
