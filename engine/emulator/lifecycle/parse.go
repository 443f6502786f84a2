package lifecycle

import (
	"bytes"
	"encoding/xml"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// Parse reads a LifecycleConfiguration. Whatever it refuses is a *Fault.
func Parse(doc []byte) (*Configuration, error) {
	if len(doc) > MaxDocument {
		return nil, fault(Invalid, "The configuration has more than %d bytes.", MaxDocument)
	}
	c := &Configuration{}
	ids := map[string]bool{}
	r := reader{xml: xml.NewDecoder(bytes.NewReader(doc))}
	err := r.each(rootName, func(e element) error {
		if e.name != "Rule" {
			return unexpected(e, rootName)
		}
		if len(c.rules) == maxRules {
			return fault(Invalid, "The configuration has more than %d rules.", maxRules)
		}
		rule, err := parseRule(e)
		if err != nil {
			return err
		}
		if rule.id != "" && ids[rule.id] {
			return fault(Invalid, "Two rules have the ID %q.", rule.id)
		}
		ids[rule.id] = true
		c.rules = append(c.rules, rule)
		return nil
	})
	if err != nil {
		return nil, err
	}
	if len(c.rules) == 0 {
		return nil, fault(Malformed, "The configuration has no Rule. To remove a configuration, delete it.")
	}
	return c, nil
}

// unexpected refuses an element that is not acted on. One that belongs to the
// language of KS3 or S3 is told apart from one that does not exist.
func unexpected(e element, in string) error {
	switch e.name {
	case "Not", "Nots", "IsAccessTime", "ReturnToStdWhenVisit", "ExpiredObjectDeleteMarker",
		"NoncurrentVersionExpiration", "NoncurrentVersionTransition":
		return fault(Unsupported, "This server does not implement the element %s of a lifecycle rule.", e.name)
	}
	return fault(Malformed, "The element %s does not belong in %s.", e.name, in)
}

func parseRule(e element) (rule, error) {
	r := rule{}
	seen := once{in: "Rule"}
	for _, child := range e.children {
		if child.name != "Transition" {
			if err := seen.add(child.name); err != nil {
				return r, err
			}
		}
		if err := r.take(child); err != nil {
			return r, err
		}
	}
	if !seen.names["Status"] {
		return r, fault(Malformed, "A Rule has no Status; it must be %s or %s.", statusEnabled, statusDisabled)
	}
	if seen.names["Filter"] && seen.names["Prefix"] {
		return r, fault(Malformed, "A Rule has a Filter and a Prefix of its own; the prefix belongs in the filter.")
	}
	return r, r.check()
}

// take reads one child of a Rule.
func (r *rule) take(e element) (err error) {
	switch e.name {
	case "ID":
		r.id, err = e.plain()
		if utf8.RuneCountInString(r.id) > maxID {
			return fault(Invalid, "The ID of a rule has more than %d characters.", maxID)
		}
	case "Status":
		var status string
		if status, err = e.word(); err == nil && status != statusEnabled && status != statusDisabled {
			return fault(Malformed, "The Status of a rule is %.40q; it must be %s or %s.", status, statusEnabled, statusDisabled)
		}
		r.enabled = status == statusEnabled
	case "Prefix":
		r.prefix, err = e.prefix()
	case "Filter":
		r.filter, err = parseFilter(e)
	case "Expiration":
		r.expire, err = parseWhen(e, "Days", 1)
	case abortName:
		r.abort, err = parseWhen(e, "DaysAfterInitiation", 1)
	case "Transition":
		var t transition
		t, err = parseTransition(e)
		r.transitions = append(r.transitions, t)
	default:
		return unexpected(e, "Rule")
	}
	return err
}

// parseWhen reads the time of an action: exactly one of the days and Date.
// Other children are left to the caller by having been taken out before.
func parseWhen(e element, daysName string, least int) (*when, error) {
	w := &when{}
	seen := once{in: e.name}
	for _, child := range e.children {
		if err := seen.add(child.name); err != nil {
			return nil, err
		}
		var err error
		switch child.name {
		case daysName:
			w.days, err = child.days(least)
		case "Date":
			w.date, err = child.date()
		case "IsAccessTime", "ReturnToStdWhenVisit", "ExpiredObjectDeleteMarker":
			err = child.mustBeFalse(e.name)
		default:
			err = unexpected(child, e.name)
		}
		if err != nil {
			return nil, err
		}
	}
	if seen.names[daysName] == seen.names["Date"] {
		return nil, fault(Malformed, "%s must have exactly one of %s and Date.", e.name, daysName)
	}
	return w, nil
}

func parseTransition(e element) (transition, error) {
	var t transition
	rest := element{name: e.name}
	for _, child := range e.children {
		if child.name != storageClassTag {
			rest.children = append(rest.children, child)
			continue
		}
		if t.class != "" {
			return t, fault(Malformed, "Transition has more than one %s.", storageClassTag)
		}
		class, err := child.word()
		if err != nil {
			return t, err
		}
		if rank(class) <= rank("STANDARD") {
			return t, fault(Invalid, "Nothing can be moved to the storage class %.40q: it must be STANDARD_IA, DEEP_IA, ARCHIVE, COLD_ARCHIVE or DEEP_COLD_ARCHIVE.", class)
		}
		t.class = class
	}
	if t.class == "" {
		return t, fault(Malformed, "Transition has no %s.", storageClassTag)
	}
	w, err := parseWhen(rest, "Days", 0)
	if err != nil {
		return t, err
	}
	t.when = *w
	return t, nil
}

// mustBeFalse takes a switch of another action that is off.
func (e element) mustBeFalse(in string) error {
	v, err := e.word()
	belongs := (e.name == "ExpiredObjectDeleteMarker") == (in == "Expiration") && in != abortName
	if err != nil || !belongs || v != "false" && v != "true" {
		return fault(Malformed, "The element %s with %.40q does not belong in %s.", e.name, v, in)
	}
	if v == "true" {
		return unexpected(e, in)
	}
	return nil
}

// plain is an element's text, which may be anything.
func (e element) plain() (string, error) {
	if len(e.children) > 0 {
		return "", fault(Malformed, "%s holds elements; it must hold text.", e.name)
	}
	return e.text, nil
}

// word is an element's text without the space around it.
func (e element) word() (string, error) {
	text, err := e.plain()
	return strings.TrimSpace(text), err
}

func (e element) prefix() (string, error) {
	p, err := e.plain()
	if len(p) > maxPrefix {
		return "", fault(Invalid, "A Prefix has more than %d bytes.", maxPrefix)
	}
	return p, err
}

func (e element) days(least int) (int, error) {
	n, err := e.integer()
	if err == nil && (n < int64(least) || n > maxDays) {
		err = fault(Invalid, "%s is %d; it must be %d to %d.", e.name, n, least, maxDays)
	}
	return int(n), err
}

// integer reads decimal digits, without a sign.
func (e element) integer() (int64, error) {
	text, err := e.word()
	if err != nil {
		return 0, err
	}
	n, err := strconv.ParseUint(text, 10, 63)
	if err != nil {
		return 0, fault(Invalid, "%s is %.40q; it must be a whole number that is not negative.", e.name, text)
	}
	return int64(n), nil
}

// date reads an instant, which must be midnight in Beijing (KS3's Put Lifecycle
// page). The same instant in another zone is as good.
func (e element) date() (time.Time, error) {
	text, err := e.word()
	if err != nil {
		return time.Time{}, err
	}
	t, err := time.Parse(time.RFC3339, text)
	if err != nil {
		return t, fault(Invalid, "%s is %.40q; it must be an instant such as %s.", e.name, text, dateShape)
	}
	if !midnight(t).Equal(t) {
		return t, fault(Invalid, "%s is %s; it must be midnight in Beijing, such as %s.", e.name, text, dateShape)
	}
	return t, nil
}

// once notes the names of children that may be there one time only.
type once struct {
	in    string
	names map[string]bool
}

func (o *once) add(name string) error {
	if o.names[name] {
		return fault(Malformed, "%s has more than one %s.", o.in, name)
	}
	if o.names == nil {
		o.names = map[string]bool{}
	}
	o.names[name] = true
	return nil
}
