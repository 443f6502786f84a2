package rules

import (
	"fmt"
	"time"
)

// maxPartBytes is the size of the largest part that KS3 and S3 take: 5 GiB.
const maxPartBytes = 5 << 30

// checkIdle holds idle_for against the time that the largest part is on its way. A
// store tells of a part when all of it has arrived, so that until then an upload
// seems to be idle.
func (l *loader) checkIdle(b *block, idle time.Duration, p Provider) {
	if b == nil || p.MinBandwidth <= 0 || b.unknown("idle_for") {
		return
	}
	need := ceilDiv(maxPartBytes, p.MinBandwidth) * int64(time.Second)
	if int64(idle) >= need {
		return
	}
	standard, at := " by default", spot{at: b.header}
	if b.known("idle_for") {
		standard, at = "", b.value("idle_for")
	}
	hours := time.Duration(ceilDiv(need, int64(time.Hour))) * time.Hour
	enough := fmt.Sprintf("%dKiB", ceilDiv(ceilDiv(maxPartBytes, max(1, int64(idle/time.Second))), 1<<10))
	l.errorIn(at, "Idle time shorter than a part takes", fmt.Sprintf(
		"idle_for is %s%s, but the largest part, %s, takes %s at min_bandwidth = %q of provider %s (%s:%d), and a store tells of a part only "+
			"when all of it has arrived. The upload could be aborted in the middle of a part. Write idle_for = %q or more, or min_bandwidth = %q or more if no line is slower.",
		FormatDuration(idle), standard, FormatSize(maxPartBytes), FormatDuration(time.Duration(need)),
		SizeText(p.MinBandwidth), p.Address, p.Range.File, p.Range.Line, FormatDuration(hours), enough))
}

func ceilDiv(a, b int64) int64 { return (a + b - 1) / b }

// SizeText writes n bytes the way that ParseSize reads them and rule files spell them,
// exactly.
func SizeText(n int64) string {
	unit := sizeUnit{"B", 1}
	for _, u := range sizeUnits() {
		if u.bytes > unit.bytes && n%u.bytes == 0 {
			unit = u
		}
	}
	return fmt.Sprintf("%d%s", n/unit.bytes, unit.name)
}
