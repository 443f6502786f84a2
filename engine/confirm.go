package engine

import (
	"fmt"
	"math"
	"strings"

	"github.com/dustin/go-humanize"

	"offcut/rules"
)

// ConfirmReason says which thresholds of confirm_above a plan exceeds, so that whoever
// approves it by hand has to type its number of uploads; empty when none.
func ConfirmReason(c rules.Confirm, planned Totals) string {
	var reasons []string
	if c.Uploads > 0 && planned.Uploads > c.Uploads {
		reasons = append(reasons, fmt.Sprintf("%s uploads are more than confirm_above.uploads = %d",
			humanize.Comma(planned.Uploads), c.Uploads))
	}
	// Bytes stay at the largest number where there are more: that is above every threshold.
	if c.Bytes > 0 && (planned.Bytes > c.Bytes || planned.Bytes == math.MaxInt64) {
		reasons = append(reasons, fmt.Sprintf("%s bytes (%s) are more than confirm_above.bytes = %d (%s)",
			humanize.Comma(planned.Bytes), rules.FormatSize(planned.Bytes), c.Bytes, rules.FormatSize(c.Bytes)))
	}
	return strings.Join(reasons, ", and ")
}
