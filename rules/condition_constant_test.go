package rules

import (
	"strings"
	"testing"
)

// TestWhere_ValuesOfInstancesAreNoMistake: what one element of for_each leaves empty is
// not told of, as another one fills it.
func TestWhere_ValuesOfInstancesAreNoMistake(t *testing.T) {
	_, d := loadText(`
rule "r" {
  for_each = {
    raw = { skip = ["x/"], least = 7340032, begins = "a" }
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

// TestWhere_BucketThatTheRuleDoesNotLookAt: only what the rule itself says on both sides
// is held against each other.
func TestWhere_BucketThatTheRuleDoesNotLookAt(t *testing.T) {
	const written = `["media-prod", "media-dev"]`
	for _, tt := range []struct{ buckets, where, told string }{
		{written, `upload.bucket != "media-prd"`, `Did you mean "media-prod"?`},
		{written, `!contains(["legal"], upload.bucket)`, `never equals "legal"`},
		{`local.all`, `upload.bucket != "media-prd"`, `Did you mean "media-prod"?`},
		{written, `upload.bucket != "media-prod"`, ""},
		{written, `!contains(["media-prod", "legal"], upload.bucket)`, ""},
		{written, `upload.bucket != var.legal`, ""},
		{written, `!startswith(upload.bucket, "legal")`, ""},
		{written, `upload.bucket != ""`, ""},
		{`var.buckets`, `upload.bucket != "media-prd"`, ""},
		{`[each.key]`, `upload.bucket != "media-prd"`, ""},
	} {
		_, d := loadText(`
variable "legal" {
  default = "legal"
}
variable "buckets" {
  default = ["media-prod"]
}
locals {
  all    = ["media-prod", "media-dev"]
  unused = [var.legal, var.buckets, local.all]
}
rule "r" {
  for_each = toset(["media-prod"])
  scan {
    buckets  = ` + tt.buckets + `
    prefixes = ["${each.key}-raw/"]
  }
  stale {
    older_than = "7d"
    where      = ` + tt.where + `
  }
}
`)
		told := ""
		for _, diag := range d.list {
			if diag.Summary != "Unused local value" {
				told += diag.Error()
			}
		}
		if (told == "") != (tt.told == "") || !strings.Contains(told, tt.told) {
			t.Errorf("%s with %s: %q, want %q", tt.where, tt.buckets, told, tt.told)
		}
	}
}
