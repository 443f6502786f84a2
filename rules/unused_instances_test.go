package rules

import (
	"strings"
	"testing"
)

const emptyForEachRules = `
data "buckets" "none" {
  name_glob   = "zzz-*"
  allow_empty = true
}
variable "caps" {
  type    = list(number)
  default = []
}
offcut {
  dynamic "limits" {
    for_each = var.caps
    content {
      max_uploads = limits.value
    }
  }
}
rule "found" {
  for_each = toset(data.buckets.none.names)
  scan {
    buckets      = [each.key]
    whole_bucket = true
    allow_empty  = true
  }
  stale {
    older_than = "7d"
  }
  dynamic "limits" {
    for_each = [for n in data.buckets.none.names : length(n)]
    content {
      max_uploads = limits.value
    }
  }
}
protect "found" {
  for_each     = toset(data.buckets.none.names)
  buckets      = [each.key]
  whole_bucket = true
}
rule "media" {
  scan {
    buckets      = ["media"]
    whole_bucket = true
  }
  stale {
    older_than = "7d"
  }
}
`

// What a for_each over nothing makes none of is checked, but it rests on nothing that
// a store did not tell.
func TestResolve_ForEachOverNothingFoundIsNoMistakeWhereItIsAllowed(t *testing.T) {
	set, d := loadText(emptyForEachRules)
	if d.HasErrors() {
		t.Fatal(d.list)
	}
	cfg, d := set.Resolve(Found{"ks3": {{Name: "media"}}})
	if cfg == nil || d.HasErrors() {
		t.Fatal(d.list)
	}
	if len(cfg.Rules) != 1 || cfg.Rules[0].Address != "rule.media" {
		t.Fatalf("rules: %+v", cfg.Rules)
	}
}

// Keys that a store did not tell must not make a rule or protect vanish.
func TestResolve_ForEachOverWhatIsNotToldIsRefused(t *testing.T) {
	for _, block := range []string{
		`rule "found" {
  for_each = toset([for b in data.buckets.all.buckets : b.region])
  scan {
    buckets      = ["media"]
    whole_bucket = true
    allow_empty  = true
  }
  stale {
    older_than = "7d"
  }
}`,
		`protect "found" {
  for_each     = toset([for b in data.buckets.all.buckets : b.region])
  buckets      = ["media"]
  whole_bucket = true
}`,
		`protect "found" {
  for_each     = toset([for b in data.buckets.all.buckets : b.name if b.region == "BEIJING"])
  buckets      = ["media"]
  whole_bucket = true
}`,
	} {
		set, d := loadText(`
data "buckets" "all" {
  name_glob = "*"
}
rule "media" {
  scan {
    buckets      = ["media"]
    whole_bucket = true
  }
  stale {
    older_than = "7d"
  }
}
` + block)
		if d.HasErrors() {
			t.Fatal(d.list)
		}
		cfg, d := set.Resolve(Found{"ks3": {{Name: "media"}}})
		if cfg != nil || !d.HasErrors() || !strings.Contains(d.list[len(d.list)-1].Detail, "not told") && !strings.Contains(d.list[len(d.list)-1].Detail, "Not told") {
			t.Errorf("%s\nis accepted: %v", block, d.list)
		}
	}
}
