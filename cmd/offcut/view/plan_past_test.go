package view

import (
	"bytes"
	"strings"
	"testing"
	"time"
)

// A plan from a file tells who was asked then, and does not say that anybody is asked now.
func TestPastPlanSaysWhoWasAsked(t *testing.T) {
	for skew, want := range map[time.Duration]string{
		0:                "; clocks agreed then.\n",
		3 * time.Minute:  "; its clock was 3m ahead of the one here then.\n",
		-3 * time.Minute: "; its clock was 3m behind the one here then.\n",
	} {
		var out bytes.Buffer
		s := emptySource()
		s.Providers[0].Skew = skew
		if err := writePlan(&out, s, Options{Past: true}); err != nil {
			t.Fatal(err)
		}
		first, _, _ := strings.Cut(out.String(), "\n")
		if first += "\n"; !strings.HasPrefix(first, "The plan asked https://") || !strings.HasSuffix(first, want) {
			t.Errorf("skew %v: %s", skew, first)
		}
	}
}
