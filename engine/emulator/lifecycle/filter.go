package lifecycle

import (
	"slices"
	"strings"
	"unicode/utf8"
)

// parseFilter reads a Filter. Conditions beside And count as those in it do: S3
// wants And for more than one, KS3's samples of sizes have none.
func parseFilter(e element) (filter, error) {
	f := filter{}
	seen := once{in: "Filter"}
	for _, child := range e.children {
		var err error
		switch child.name {
		case "And":
			if err = seen.add("And"); err == nil {
				err = f.takeAnd(child, &seen)
			}
		case "Tag":
			// S3 wants And for more than one; only there are several unmistakable.
			if err = seen.add("Tag"); err == nil {
				err = f.take(child, &seen)
			}
		default:
			err = f.take(child, &seen)
		}
		if err != nil {
			return f, err
		}
	}
	if f.above != nil && f.below != nil && *f.below-*f.above < 2 {
		return f, fault(Invalid, "No size is greater than %d and less than %d.", *f.above, *f.below)
	}
	return f, nil
}

func (f *filter) takeAnd(and element, seen *once) error {
	if len(and.children) == 0 {
		return fault(Malformed, "And is empty.")
	}
	for _, child := range and.children {
		if err := f.take(child, seen); err != nil {
			return err
		}
	}
	return nil
}

// take reads one condition.
func (f *filter) take(e element, seen *once) (err error) {
	if e.name == "Tag" {
		return f.takeTag(e)
	}
	if err := seen.add(e.name); err != nil {
		return err
	}
	var size int64
	switch e.name {
	case "Prefix":
		f.prefix, err = e.prefix()
	case sizeAboveName:
		size, err = e.integer()
		f.above = &size
	case sizeBelowName:
		size, err = e.integer()
		f.below = &size
	default:
		err = unexpected(e, "Filter")
	}
	return err
}

func (f *filter) takeTag(e element) error {
	var t Tag
	seen := once{in: "Tag"}
	for _, child := range e.children {
		if err := seen.add(child.name); err != nil {
			return err
		}
		var err error
		switch child.name {
		case "Key":
			t.Key, err = child.plain()
		case "Value":
			t.Value, err = child.plain()
		default:
			err = unexpected(child, "Tag")
		}
		if err != nil {
			return err
		}
	}
	switch {
	case !seen.names["Key"] || !seen.names["Value"]:
		return fault(Malformed, "A Tag must have a Key and a Value.")
	case t.Key == "" || utf8.RuneCountInString(t.Key) > maxTagKey:
		return fault(Invalid, "The Key of a Tag must have 1 to %d characters.", maxTagKey)
	case utf8.RuneCountInString(t.Value) > maxTagValue:
		return fault(Invalid, "The Value of a Tag has more than %d characters.", maxTagValue)
	case len(f.tags) == maxTags:
		return fault(Invalid, "A filter has more than %d tags.", maxTags)
	case slices.ContainsFunc(f.tags, func(o Tag) bool { return o.Key == t.Key }):
		return fault(Invalid, "A filter has the tag %q twice.", t.Key)
	}
	f.tags = append(f.tags, t)
	return nil
}

// matches reports whether the filter chooses an object.
func (f filter) matches(o Object) bool {
	if !strings.HasPrefix(o.Key, f.prefix) ||
		f.above != nil && o.Size <= *f.above || f.below != nil && o.Size >= *f.below {
		return false
	}
	for _, t := range f.tags {
		if !slices.Contains(o.Tags, t) {
			return false
		}
	}
	return true
}

// meets reports whether there may be an object that both filters choose.
func (f filter) meets(g filter) bool {
	if !strings.HasPrefix(f.prefix, g.prefix) && !strings.HasPrefix(g.prefix, f.prefix) {
		return false
	}
	for _, t := range f.tags {
		for _, u := range g.tags {
			if t.Key == u.Key && t.Value != u.Value {
				return false
			}
		}
	}
	return !apart(f.below, g.above) && !apart(g.below, f.above)
}

// apart reports whether no size is less than below and greater than above.
func apart(below, above *int64) bool {
	return below != nil && above != nil && *below-*above < 2
}
