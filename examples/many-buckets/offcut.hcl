# One rule for each entry of a map. Each instance is a rule of its own, with its own
# thresholds, limits, totals and address:
#
#   offcut plan -target 'rule.area["raw"]' examples/many-buckets

locals {
  areas = {
    raw     = { bucket = "media-prod", older_than = "30d" } # cameras on slow lines
    tmp     = { bucket = "media-prod", older_than = "3d" }
    exports = { bucket = "reports", older_than = "7d", enabled = false } # its owner still looks into it
  }
}

provider "ks3" {
  region = "BEIJING"
}

rule "area" {
  for_each = local.areas

  description = "Abandoned uploads under ${each.key}/"
  enabled     = try(each.value.enabled, true)

  scan {
    buckets  = [each.value.bucket]
    prefixes = ["${each.key}/"]
  }

  stale {
    older_than = each.value.older_than
  }
}

# A set works too: each.key and each.value are then the same. A rule that is added
# here must not change what another one does.
rule "team" {
  for_each = toset(["maps", "photos"])

  scan {
    buckets      = ["team-${each.key}"]
    whole_bucket = true
  }

  stale {
    older_than = "14d"
  }
}
