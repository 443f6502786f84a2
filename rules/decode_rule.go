package rules

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/hashicorp/hcl/v2/hclsyntax"
)

// The limits of a rule that sets none.
const (
	standardMaxUploads  = 10000
	standardMaxFailures = 100
	standardMaxChanged  = 20 // percent
)

// A ruleScope is what rules are read against.
type ruleScope struct {
	minimumAge time.Duration
	providers  map[string]Provider
}

// decodeRules reads the rules with all their instances. empty holds the addresses of
// those that have none, and may.
func (l *loader) decodeRules(blocks []*block, scope ruleScope) (rules []Rule, empty []string) {
	l.checkNames(blocks)
	for _, b := range blocks {
		instances, none := l.instancesOf(b)
		l.eachInstance(instances, func(i instance) {
			l.nobody = none
			r := l.decodeRule(i, scope)
			l.nobody = false
			if i.template && !none {
				l.families = append(l.families, Family{r.Address, r.Schedule, r.Mode, r.Disabled})
			}
			switch {
			case !none:
				rules = append(rules, r)
			case r.Scan.AllowEmpty:
				empty = append(empty, r.Address)
			default:
				l.emptyForEach(b)
			}
		})
	}
	slices.Sort(empty)
	slices.SortFunc(l.families, func(a, b Family) int { return cmp.Compare(a.Address, b.Address) })
	return rules, empty
}

// emptyForEach reports a rule that would look nowhere.
func (l *loader) emptyForEach(b *block) {
	expr := b.args["for_each"].Expr
	l.errorIn(spot{at: expr.Range(), expr: expr, ctx: l.scope(expr, b.bound)}, "Empty for_each",
		"for_each has no element, so that this rule looks nowhere, and a plan without it would seem clean. "+
			"Check what it follows from, or write allow_empty = true in the scan block if there may be none.")
}

// checkNames reports blocks whose name is no identifier or is taken.
func (l *loader) checkNames(blocks []*block) {
	first := map[string]*block{}
	for _, b := range blocks {
		name := b.labels[0]
		if !hclsyntax.ValidIdentifier(name) {
			l.errorAt(b.place[0], "Invalid name", fmt.Sprintf("%q cannot name a %s block: %s. Rename it.", name, b.kind.name, nameForm))
		}
		if taken := first[name]; taken != nil {
			l.errorAt(b.header, "Duplicate "+b.kind.name, fmt.Sprintf(
				"A %s named %q is already defined at %s. Rename or remove one of the two.",
				b.kind.name, name, place(taken.header)))
			continue
		}
		first[name] = b
	}
}

func (l *loader) decodeRule(i instance, scope ruleScope) Rule {
	b := i.block
	l.evaluate(b)
	disabled := b.known("enabled") && !get[bool](b, "enabled")
	provider := l.ruleProvider(b, scope.providers)
	r := Rule{
		Address:     i.address,
		Name:        b.labels[0],
		Key:         i.key,
		Disabled:    disabled,
		Refused:     l.decodePreconditions(b, disabled),
		Description: strings.TrimSpace(get[string](b, "description")),
		Provider:    provider,
		Schedule:    l.decodeSchedule(b),
		Mode:        l.decodeMode(b),
		Scan:        l.decodeScan(b.only("scan")),
		Range:       rangeOf(b.header),
	}
	about := uploadLater()
	about.inBase64, about.buckets = providerKind(r.Provider) == kindKS3, r.Scan.Buckets
	if scan := b.only("scan"); scan != nil && scan.has("buckets") && l.isWritten(scan.args["buckets"].Expr) {
		about.onlyBuckets = r.Scan.Buckets
	}
	r.Stale = l.decodeStale(b.only("stale"), scope.minimumAge, about)
	r.Limits = l.decodeLimits(b.only("limits"))
	if !disabled && !r.Schedule.IsZero() {
		l.ticking = append(l.ticking, ticking{r.Schedule, b.value("schedule")})
	}
	if !i.template {
		l.placed = append(l.placed, placedRule{r, i})
	}
	l.checkIdle(b.only("stale"), r.Stale.IdleFor, scope.providers[r.Provider])
	return r
}

// decodePreconditions returns the messages of the preconditions of a rule that do not
// hold.
func (l *loader) decodePreconditions(rule *block, disabled bool) []string {
	var refused []string
	for _, b := range rule.blocks["precondition"] {
		l.evaluate(b)
		message := strings.TrimSpace(get[string](b, "error_message"))
		if b.known("error_message") && message == "" {
			l.errorIn(b.value("error_message"), "Empty message",
				"The error message is empty. Write a sentence that says what does not hold and what to do: the plan shows it where the rule is stopped.")
			continue
		}
		if !b.known("error_message") || !b.known("condition") || get[bool](b, "condition") {
			continue
		}
		refused = append(refused, message)
		if !disabled {
			l.warnIn(b.value("condition"), "Precondition does not hold", fmt.Sprintf(
				"This stops the rule: plans show what it finds, and nothing of it is aborted. The message of the precondition is: %s", message))
		}
	}
	return slices.Compact(refused)
}

func (l *loader) decodeSchedule(b *block) Schedule {
	if b.has("timezone") && !b.has("schedule") {
		l.errorAt(b.args["timezone"].NameRange, "Time zone without a schedule",
			"A time zone says when a schedule ticks, but this rule has no schedule. Add schedule = \"0 3 * * *\", or remove timezone.")
	}
	zone := l.decodeZone(b)
	if !b.known("schedule") {
		return Schedule{}
	}
	// A bad zone was told; the cron text is read all the same, for its own mistakes.
	s, err := ParseSchedule(get[string](b, "schedule"), cmp.Or(zone, "UTC"))
	if err != nil {
		l.errorIn(b.value("schedule"), "Invalid schedule", sentence(err.Error()))
	}
	l.checkEveryMinute(b, s)
	l.checkEitherDay(b, s)
	return s
}

// decodeZone reads the time zone of a rule: empty where there is none, or no valid one.
func (l *loader) decodeZone(b *block) string {
	if !b.has("timezone") || !b.known("timezone") {
		return ""
	}
	zone := get[string](b, "timezone")
	if zone == "" {
		l.errorIn(b.value("timezone"), "Invalid time zone", "The time zone is empty. Leave it out for UTC, or write an IANA name such as \"Asia/Shanghai\".")
		return ""
	}
	if _, err := ParseSchedule("@daily", zone); err != nil {
		l.errorIn(b.value("timezone"), "Invalid time zone", sentence(err.Error()))
		return ""
	}
	return zone
}

func (l *loader) decodeMode(b *block) Mode {
	if b.has("mode") && !b.has("schedule") {
		l.warnAt(b.args["mode"].NameRange, "Mode without a schedule",
			"mode says what `offcut serve` does when the rule's schedule ticks, but this rule has none, so serve leaves it alone. "+
				"Add schedule = \"0 3 * * *\", or remove mode.")
	}
	if mode := get[string](b, "mode"); mode != "" {
		return Mode(mode)
	}
	return ModePlan
}

// decodeStale reads the thresholds of a rule and holds them against the floor. about is
// what its where is about.
func (l *loader) decodeStale(b *block, floor time.Duration, about laterValue) Stale {
	standard := Stale{IdleFor: max(standardAge, floor)}
	if b == nil {
		return standard
	}
	l.evaluate(b)
	if b.known("older_than") {
		about = about.olderThan(get[time.Duration](b, "older_than"))
	}
	s := Stale{
		OlderThan:   get[time.Duration](b, "older_than"),
		IdleFor:     standard.IdleFor,
		MaxLifetime: get[time.Duration](b, "max_lifetime"),
		Where:       l.condition(b, "where", about),
	}
	if b.known("idle_for") {
		s.IdleFor = get[time.Duration](b, "idle_for")
	}
	for _, name := range []string{"older_than", "idle_for"} {
		if d := get[time.Duration](b, name); b.known(name) && d < floor {
			l.errorIn(b.value(name), "Threshold below the minimum age", fmt.Sprintf(
				"%s is %s, but no rule may go below %s. Raise it to at least %q, or lower minimum_age in the offcut block if you are sure that no upload takes that long.",
				name, FormatDuration(d), FormatDuration(floor), FormatDuration(floor)))
		}
	}
	if b.known("max_lifetime") && b.known("older_than") && s.MaxLifetime <= s.OlderThan {
		l.errorIn(b.value("max_lifetime"), "Lifetime too short", fmt.Sprintf(
			"max_lifetime is %s, but it must be longer than older_than (%s): it aborts uploads even while parts arrive. Raise it, or lower older_than.",
			FormatDuration(s.MaxLifetime), FormatDuration(s.OlderThan)))
	}
	if b.known("max_lifetime") && b.known("idle_for") && s.IdleFor >= s.MaxLifetime {
		l.warnIn(b.value("idle_for"), "Idle time beyond the lifetime", fmt.Sprintf(
			"idle_for is %s, but max_lifetime (%s) aborts an upload before it can have been idle for so long. Lower idle_for, or raise max_lifetime.",
			FormatDuration(s.IdleFor), FormatDuration(s.MaxLifetime)))
	}
	return s
}

func (l *loader) decodeLimits(b *block) Limits {
	limits := Limits{MaxUploads: standardMaxUploads, MaxFailures: standardMaxFailures, MaxChanged: standardMaxChanged}
	if b == nil {
		return limits
	}
	l.evaluate(b)
	if b.known("max_uploads") {
		limits.MaxUploads = get[int64](b, "max_uploads")
	}
	limits.MaxBytes = l.sizeAboveZero(b, "max_bytes")
	limits.MaxPercent = get[float64](b, "max_percent")
	if b.known("max_failures") {
		limits.MaxFailures = get[int64](b, "max_failures")
	}
	if b.known("max_changed_percent") {
		limits.MaxChanged = get[float64](b, "max_changed_percent")
	}
	return limits
}
