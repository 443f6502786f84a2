package engine

import (
	"math"
	"testing"

	"offcut/rules"
)

func TestConfirmReason(t *testing.T) {
	const tib = 1 << 40
	standard := rules.Confirm{Uploads: 100_000, Bytes: 10 * tib}
	for _, c := range []struct {
		name    string
		above   rules.Confirm
		planned Totals
		want    string
	}{
		{"nothing", standard, Totals{}, ""},
		{"at both thresholds", standard, Totals{Uploads: 100_000, Bytes: 10 * tib}, ""},
		{"one upload more", standard, Totals{Uploads: 100_001}, "100,001 uploads are more than confirm_above.uploads = 100000"},
		{"one byte more", standard, Totals{Uploads: 1, Bytes: 10*tib + 1}, "10,995,116,277,761 bytes (10.0 TiB) are more than confirm_above.bytes = 10995116277760 (10.0 TiB)"},
		{"both", rules.Confirm{Uploads: 1, Bytes: 1}, Totals{Uploads: 2, Bytes: 2}, "2 uploads are more than confirm_above.uploads = 1, and 2 bytes (2 B) are more than confirm_above.bytes = 1 (1 B)"},
		{"more bytes than can be counted", rules.Confirm{Bytes: math.MaxInt64}, Totals{Uploads: 1, Bytes: math.MaxInt64}, "9,223,372,036,854,775,807 bytes (8.0 EiB) are more than confirm_above.bytes = 9223372036854775807 (8.0 EiB)"},
		{"no threshold", rules.Confirm{}, Totals{Uploads: math.MaxInt64, Bytes: math.MaxInt64}, ""},
	} {
		if got := ConfirmReason(c.above, c.planned); got != c.want {
			t.Errorf("%s:\n got %s\nwant %s", c.name, got, c.want)
		}
	}
}
