package switches

import (
	"fmt"
	"net/url"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode/utf8"
)

// Limits of a set; what is beyond them is a slip of the hand.
const (
	maxFaults  = 100
	maxCount   = 1_000_000_000 // of every, skip, times
	maxDelay   = time.Hour
	maxText    = 1024 // bytes of a bucket, key, message or location
	maxRate    = 1_000_000
	maxDateOff = 10 * 365 * 24 * time.Hour
)

// A Mistake is one thing that is wrong with a set.
type Mistake struct {
	Field string // as it is written: "second_abort", "faults[2].status", "rate_limit.burst"
	Text  string // the value, and what is allowed
}

func (m Mistake) Error() string { return m.Field + ": " + m.Text }

// Mistakes are all that is wrong with a set, a line for each.
type Mistakes []Mistake

func (m Mistakes) Error() string {
	lines := make([]string, len(m))
	for i, one := range m {
		lines[i] = one.Error()
	}
	return strings.Join(lines, "\n")
}

// Check reports every mistake of a set, as Mistakes.
func Check(s Set) error {
	c := checker{}
	c.oneOf("profile", s.Profile, Profiles())
	c.texts("", reflect.ValueOf(s.Quirks), AsKS3)
	if _, err := dateOffset(s.Date); err != nil {
		c.add("date", "%q: %s", s.Date, err)
	}
	if len(s.Faults) > maxFaults {
		c.add("faults", "%d of them; %d are the limit", len(s.Faults), maxFaults)
	}
	for i, f := range s.Faults {
		c.at = fmt.Sprintf("faults[%d].", i)
		c.matching(f)
		c.counts(f)
		c.effect(f)
		c.status(f)
	}
	c.at = "rate_limit."
	c.rate(s.Rate)
	return c.err()
}

// A checker gathers mistakes.
type checker struct {
	at       string // what comes before the names of fields
	mistakes Mistakes
}

func (c *checker) err() error {
	if len(c.mistakes) == 0 {
		return nil
	}
	return c.mistakes
}

func (c *checker) add(field, format string, args ...any) {
	c.mistakes = append(c.mistakes, Mistake{c.at + field, fmt.Sprintf(format, args...)})
}

// refuse adds a mistake where wrong is true.
func (c *checker) refuse(wrong bool, field, format string, args ...any) {
	if wrong {
		c.add(field, format, args...)
	}
}

func (c *checker) oneOf(field, value string, allowed []string) {
	c.refuse(value != "" && !slices.Contains(allowed, value), field, "%q is not known; there is %s", value, quoted(allowed))
}

// texts checks the fields whose tag lists their values; also holds the values
// that each of them may have besides.
func (c *checker) texts(at string, v reflect.Value, also ...string) {
	for i := range v.NumField() {
		f := v.Type().Field(i)
		if values, ok := f.Tag.Lookup("values"); ok {
			c.oneOf(at+nameOf(f), v.Field(i).String(), append(strings.Split(values, "|"), also...))
		}
	}
}

func (c *checker) matching(f Fault) {
	c.refuse(f.Action == "", "action", `is missing: name an operation as the access log does, or "*"`)
	c.oneOf("action", f.Action, append(Actions(), AnyAction))
	c.short("bucket", f.Bucket)
	c.short("key", f.Key)
}

func (c *checker) short(field, text string) {
	c.refuse(len(text) > maxText, field, "has %d bytes; %d are the limit", len(text), maxText)
}

func (c *checker) counts(f Fault) {
	for _, n := range []struct {
		field string
		value int
	}{{"every", f.Every}, {"skip", f.Skip}, {"times", f.Times}} {
		c.refuse(n.value < 0 || n.value > maxCount, n.field, "%d: 0..%d are allowed", n.value, maxCount)
	}
	c.refuse(!(f.Probability >= 0 && f.Probability <= 1), "probability", "%v: 0..1 are allowed", f.Probability)
	c.refuse(f.Every > 0 && f.Probability > 0, "probability", "every says which requests are struck already: give one of the two")
}

// effect refuses what a fault can't do at once, so that nothing is given in vain.
func (c *checker) effect(f Fault) {
	c.texts("", reflect.ValueOf(f))
	answered := f.Cut || f.Body != "" || f.Status != 0
	c.refuse(!answered && f.Delay == 0, "delay", "the fault does nothing: give one of delay, cut, body and status")
	c.refuse(f.Delay < 0 || time.Duration(f.Delay) > maxDelay, "delay", "%s: 0s..1h are allowed", time.Duration(f.Delay))
	c.refuse(f.Cut && (f.Body != "" || f.Status != 0), "cut", "a connection that ends has no answer: leave body and status out")
	c.refuse(f.Body == "truncated" && f.Status != 0, "status", "a truncated answer has the true status: leave it out")
	c.refuse(f.Body == "truncated" && f.When == "before", "when", `"before": half of an answer is of a request that was done: leave it out or give "after"`)
}

func (c *checker) status(f Fault) {
	c.refuse(f.Status != 0 && (f.Status < 300 || f.Status > 599), "status", "%d: 300..599 are allowed", f.Status)
	c.refuse(f.Status == 304, "status", "304 has no body and answers conditions only: give another status")
	told := f.Status != 0 && f.Body == ""
	c.refuse(f.Code != "" && !told, "code", "is of an error's body: give a status, and no other body")
	c.refuse(f.Message != "" && !told, "message", "is of an error's body: give a status, and no other body")
	c.refuse(f.Code != "" && !regexp.MustCompile(`^[A-Za-z0-9.]{1,64}$`).MatchString(f.Code), "code", "%.70q: at most 64 letters, digits and dots are allowed", f.Code)
	c.short("message", f.Message)
	c.refuse(!utf8.ValidString(f.Message), "message", "is no UTF-8 text")
	after := time.Duration(f.RetryAfter)
	c.refuse(after < 0 || after%time.Second != 0, "retry_after", "%s: whole seconds are allowed", after)
	c.refuse(after != 0 && f.Status == 0, "retry_after", "is a header of an answer: give a status")
	c.location(f)
}

func (c *checker) location(f Fault) {
	if f.Location == "" {
		return
	}
	c.short("location", f.Location)
	c.refuse(f.Status < 300 || f.Status > 399, "location", "is of a redirect: give a status of 300..399")
	u, err := url.Parse(f.Location)
	c.refuse(err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "", "location", "%.100q: write it like http://127.0.0.1:9002, with or without a path", f.Location)
}

func (c *checker) rate(r Rate) {
	c.refuse(!(r.RequestsPerSecond >= 0 && r.RequestsPerSecond <= maxRate), "requests_per_second", "%v: 0..%d are allowed", r.RequestsPerSecond, maxRate)
	c.refuse(r.Burst < 0 || r.Burst > maxRate, "burst", "%d: 0..%d are allowed", r.Burst, maxRate)
	vain := r.RequestsPerSecond == 0 && (r.Burst != 0 || r.CountRefused)
	c.refuse(vain, "requests_per_second", "is missing, and without it there is no limit")
}

// DateOffset is what the Date header is off by; Check has read it before.
func (q *Quirks) DateOffset() time.Duration {
	d, _ := dateOffset(q.Date)
	return d
}

func dateOffset(text string) (time.Duration, error) {
	if text == "" || text == AsKS3 {
		return 0, nil
	}
	behind, negative := strings.CutPrefix(text, "-")
	d, err := ParseDuration(behind)
	if err == nil && d > maxDateOff {
		err = fmt.Errorf("ten years are the limit")
	}
	if negative {
		d = -d
	}
	return d, err
}

func quoted(texts []string) string {
	q := make([]string, len(texts))
	for i, t := range texts {
		q[i] = fmt.Sprintf("%q", t)
	}
	return strings.Join(q, ", ")
}
