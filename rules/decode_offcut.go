package rules

import (
	"fmt"
	"time"
)

// standardAge is the floor of older_than and idle_for, and the default of idle_for.
const standardAge = 24 * time.Hour

// decodeOffcut reads the offcut block and returns the floor that thresholds may
// not go below.
func (l *loader) decodeOffcut(blocks []*block) time.Duration {
	if len(blocks) == 0 {
		return standardAge
	}
	b := blocks[0]
	l.evaluate(b)
	if b.known("required_version") {
		l.checkVersion(b)
	}
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
