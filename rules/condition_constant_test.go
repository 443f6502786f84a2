package rules

import (
	"testing"
)

// TestWhere_ValuesOfInstancesAreNoMistake: what one element of for_each leaves empty is
// not told of, as another one fills it.
func TestWhere_ValuesOfInstancesAreNoMistake(t *testing.T) {
	_, d := loadText(`
rule "r" {
  for_each = {
    raw = { skip = ["x/"], least = 7, begins = "a" }
    tmp = { skip = [], least = 0, begins = "" }
  }
  scan {
    buckets  = ["media"]
    prefixes = ["${each.key}/"]
  }
  stale {
    older_than = "7d"
    where = (
      upload.parts >= each.value.least
      && alltrue([for p in each.value.skip : !startswith(upload.key, p)])
      && (startswith(upload.id, each.value.begins) || upload.size >= each.value.least)
    )
  }
}
`)
	for _, diag := range d.list {
		t.Error(diag.Error())
	}
}
