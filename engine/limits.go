package engine

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"github.com/dustin/go-humanize"

	"offcut/rules"
)

// percentFloor is the number of listed uploads below which max_percent is not
// looked at: a share of a handful says nothing.
const percentFloor = 20

// stopReason says which preconditions of a rule do not hold, which of its limits its
// plan exceeds and what to do about it; empty when none.
func stopReason(rule *rules.Rule, t *RuleTotal, doubt doubtfulScopes) string {
	var reasons []string
	for _, message := range rule.Refused {
		reasons = append(reasons, "a precondition does not hold: "+message)
	}
	limits := &rule.Limits
	stop := func(format string, args ...any) { reasons = append(reasons, fmt.Sprintf(format, args...)) }

	if t.Abort.Uploads > limits.MaxUploads {
		stop("%s uploads to abort exceed max_uploads = %d: raise limits.max_uploads if this is expected",
			humanize.Comma(t.Abort.Uploads), limits.MaxUploads)
	}
	// Bytes stay at the largest number where there are more: that is above every limit.
	if limits.MaxBytes > 0 && (t.Abort.Bytes > limits.MaxBytes || t.Abort.Bytes == math.MaxInt64) {
		stop("%s bytes to abort (%s) exceed max_bytes = %d (%s): raise limits.max_bytes if this is expected",
			humanize.Comma(t.Abort.Bytes), rules.FormatSize(t.Abort.Bytes), limits.MaxBytes, rules.FormatSize(limits.MaxBytes))
	}
	if limits.MaxPercent <= 0 {
		return strings.Join(reasons, "; ")
	}
	if len(doubt.uncounted) > 0 {
		stop("max_percent = %s cannot be judged: %s listed out of order, or with uploads that come twice, so that their number is not known: take limits.max_percent away",
			plainNumber(limits.MaxPercent), namesOf(doubt.uncounted))
	}
	if len(doubt.unfinished) > 0 {
		stop("max_percent = %s cannot be judged while %s not listed to the end: repair the listing, or take limits.max_percent away",
			plainNumber(limits.MaxPercent), namesOf(doubt.unfinished))
	}
	if t.Listed >= percentFloor && float64(t.Abort.Uploads)*100 > limits.MaxPercent*float64(t.Listed) {
		stop("%s of the %s uploads listed are to be aborted, %s%%, which exceeds max_percent = %s: raise limits.max_percent if this is expected",
			humanize.Comma(t.Abort.Uploads), humanize.Comma(t.Listed),
			plainNumber(float64(t.Abort.Uploads)*100/float64(t.Listed)), plainNumber(limits.MaxPercent))
	}
	return strings.Join(reasons, "; ")
}

// runStopReason says which limits of a whole run its plan exceeds, by all rules that
// none of their own stopped, and what to do about it; empty when none.
func runStopReason(limits rules.RunLimits, abort *Totals) string {
	var reasons []string
	stop := func(format string, args ...any) { reasons = append(reasons, fmt.Sprintf(format, args...)) }
	if limits.MaxUploads > 0 && abort.Uploads > limits.MaxUploads {
		stop("%s uploads to abort by all rules together exceed max_uploads = %d of the offcut block: raise its limits.max_uploads if this is expected, or plan fewer rules at once with -target",
			humanize.Comma(abort.Uploads), limits.MaxUploads)
	}
	if limits.MaxBytes > 0 && (abort.Bytes > limits.MaxBytes || abort.Bytes == math.MaxInt64) {
		stop("%s bytes to abort (%s) by all rules together exceed max_bytes = %d (%s) of the offcut block: raise its limits.max_bytes if this is expected, or plan fewer rules at once with -target",
			humanize.Comma(abort.Bytes), rules.FormatSize(abort.Bytes), limits.MaxBytes, rules.FormatSize(limits.MaxBytes))
	}
	return strings.Join(reasons, "; ")
}

// doubtfulScopes names the scopes of a rule of which the share that it would abort is
// not known.
type doubtfulScopes struct {
	unfinished []string // not listed to their end
	uncounted  []string // some uploads may have been counted twice
}

// namesOf names the first of some scopes, with a verb that fits their number.
func namesOf(scopes []string) string {
	switch len(scopes) {
	case 1:
		return scopes[0] + " is"
	case 2:
		return scopes[0] + " and " + scopes[1] + " are"
	default:
		return fmt.Sprintf("%s and %d more are", scopes[0], len(scopes)-1)
	}
}

// plainNumber writes a share with as many digits as it needs, six at most.
func plainNumber(f float64) string { return strconv.FormatFloat(f, 'g', 6, 64) }
