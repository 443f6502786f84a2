package rules

import (
	"strings"
	"testing"
)

// What each.value counts follows from its number alone: nobody sees there how it came
// about.
func TestWhere_NumbersOfInstancesWithoutAUnit(t *testing.T) {
	for each, warned := range map[string]bool{
		`7`: true, `31`: true, `60`: false, `duration("30m")`: false, `86400`: false, `0`: false,
	} {
		_, d := loadText(strings.Replace(whereRules(`upload.idle > each.value`), "rule \"r\" {\n", "rule \"r\" {\n  for_each = { a = "+each+" }\n", 1))
		if text := plainText(t, d); d.HasErrors() || strings.Contains(text, "Number without a unit") != warned {
			t.Errorf("each.value is %s, want a warning: %v\n%s", each, warned, text)
		}
	}
}
