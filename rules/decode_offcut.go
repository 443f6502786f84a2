package rules

import (
	"fmt"
	"time"
)

// standardAge is the floor of older_than and idle_for, and the default of idle_for.
const standardAge = 24 * time.Hour

// How long after planning a plan may be applied. A plan that lives shorter than a
// minute could not be read before it dies, and one of a week ago no longer tells
// what is in its buckets.
const (
	standardPlanTTL = time.Hour
	minPlanTTL      = time.Minute
	maxPlanTTL      = 7 * durDay
)

// minRetention keeps the record of a run at least until somebody is at work who may
// ask for it.
const minRetention = durDay

// Above these a prompt wants the number of uploads typed.
const (
	standardConfirmUploads = 100_000
	standardConfirmBytes   = 10 << 40
)

// decodeOffcut reads the offcut block, or what holds without one, into cfg.
func (l *loader) decodeOffcut(blocks []*block, cfg *Config) {
	cfg.MinimumAge, cfg.PlanTTL = standardAge, standardPlanTTL
	cfg.Confirm = Confirm{Uploads: standardConfirmUploads, Bytes: standardConfirmBytes}
	if len(blocks) == 0 {
		return
	}
	b := blocks[0]
	l.evaluate(b)
	if b.known("required_version") {
		l.checkVersion(b)
	}
	cfg.MinimumAge = l.decodeMinimumAge(b)
	cfg.PlanTTL = l.decodePlanTTL(b)
	cfg.Retention = l.decodeRetention(b, cfg.PlanTTL)
	cfg.Limits = l.decodeRunLimits(b.only("limits"))
	cfg.Confirm = l.decodeConfirm(b.only("confirm_above"), cfg.Confirm)
}

// decodeMinimumAge reads the floor that thresholds may not go below.
func (l *loader) decodeMinimumAge(b *block) time.Duration {
	if !b.known("minimum_age") {
		return standardAge
	}
	floor := get[time.Duration](b, "minimum_age")
	switch at := b.value("minimum_age"); {
	case floor <= 0:
		l.errorIn(at, "Invalid duration", "minimum_age must be longer than nothing. Write \"24h\", or leave it out.")
		return standardAge
	case floor < standardAge:
		l.warnIn(at, "Minimum age below one day", fmt.Sprintf(
			"Rules may now abort uploads that began %s ago. A large upload over a slow line can be in progress for longer: "+
				"make sure that no writer of these buckets is.", FormatDuration(floor)))
	}
	return floor
}

func (l *loader) decodePlanTTL(b *block) time.Duration {
	if !b.known("plan_ttl") {
		return standardPlanTTL
	}
	ttl := get[time.Duration](b, "plan_ttl")
	switch at := b.value("plan_ttl"); {
	case ttl < minPlanTTL:
		l.errorIn(at, "Invalid duration", fmt.Sprintf(
			"plan_ttl is %s, but a plan must live for at least %s, so that it can be read before it is applied. Raise it.",
			FormatDuration(ttl), FormatDuration(minPlanTTL)))
	case ttl > maxPlanTTL:
		l.errorIn(at, "Invalid duration", fmt.Sprintf(
			"plan_ttl is %s, but a plan may live for at most %s: an older one no longer tells what is in its buckets. Lower it, and plan again instead.",
			FormatDuration(ttl), FormatDuration(maxPlanTTL)))
	}
	return ttl
}

// decodeRetention reads how long finished runs are kept: at least as long as their
// plans live, because a run that is forgotten could be applied again.
func (l *loader) decodeRetention(b *block, ttl time.Duration) time.Duration {
	if !b.known("retention") {
		return 0
	}
	retention := get[time.Duration](b, "retention")
	switch at := b.value("retention"); {
	case retention < minRetention:
		l.errorIn(at, "Invalid duration", fmt.Sprintf(
			"retention is %s, but what a run did is kept for at least %s. Raise it, or leave it out to keep it for ever.",
			FormatDuration(retention), FormatDuration(minRetention)))
	case retention < ttl:
		l.errorIn(at, "Retention below the life of a plan", fmt.Sprintf(
			"retention is %s, but a saved plan lives for %s (plan_ttl): once its run is forgotten, nothing would tell that the plan was applied already. "+
				"Raise retention to at least %q, or lower plan_ttl.",
			FormatDuration(retention), FormatDuration(ttl), FormatDuration(ttl)))
	}
	return retention
}

// decodeRunLimits reads the limits of a whole plan; there are none by default.
func (l *loader) decodeRunLimits(b *block) RunLimits {
	if b == nil {
		return RunLimits{}
	}
	l.evaluate(b)
	return RunLimits{MaxUploads: get[int64](b, "max_uploads"), MaxBytes: l.sizeAboveZero(b, "max_bytes")}
}

// decodeConfirm reads the thresholds above which a prompt wants a number.
func (l *loader) decodeConfirm(b *block, standard Confirm) Confirm {
	if b == nil {
		return standard
	}
	l.evaluate(b)
	c := standard
	if b.known("uploads") {
		c.Uploads = get[int64](b, "uploads")
	}
	if b.known("bytes") {
		c.Bytes = l.sizeAboveZero(b, "bytes")
	}
	return c
}

// sizeAboveZero reads a size that limits something: 0 when it was not given. A size
// of nothing is an error, because inside 0 means no limit.
func (l *loader) sizeAboveZero(b *block, name string) int64 {
	size := get[int64](b, name)
	if b.known(name) && size == 0 {
		l.errorIn(b.value(name), "Invalid size", fmt.Sprintf("%s must be above 0. Leave it out for %s.", name, withoutIt(b, name)))
	}
	return size
}

// withoutIt says what holds when a size is left out.
func withoutIt(b *block, name string) string {
	if standard := b.kind.argument(name).standard; standard != "" {
		return "the default, " + standard
	}
	if name == "min_bandwidth" {
		return "lines of any speed"
	}
	return "no limit on bytes"
}

func (l *loader) checkVersion(b *block) {
	wanted := get[string](b, "required_version")
	ok, err := satisfies(LanguageVersion, wanted)
	switch at := b.value("required_version"); {
	case err != nil:
		l.errorIn(at, "Invalid version constraint", sentence(err.Error()))
	case !ok:
		l.errorIn(at, "Unsupported version of offcut", fmt.Sprintf(
			"These rules ask for a version %s, but this is %s. Use another version of offcut, or change required_version if the rules mean the same in this one.",
			wanted, LanguageVersion))
	}
}
