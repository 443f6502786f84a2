# The rule file that first-rollout.md ends with.

offcut {
  required_version = ">= 0.1"
  retention        = "400d"
}

provider "ks3" {
  region           = "BEIJING"
  allowed_accounts = ["NzMzOTgzMzQ="]
}

rule "stale_media" {
  description = "Camera uploads that nobody continues"
  provider    = ks3
  schedule    = "0 3 * * *"
  timezone    = "Asia/Shanghai"
  mode        = "apply"

  scan {
    buckets  = ["media-prod"]
    prefixes = ["raw/", "tmp/"]
  }

  stale {
    older_than = "7d"
    idle_for   = "24h"
  }

  limits {
    max_uploads = 100
    max_bytes   = "100GiB"
  }
}

protect "case_2026_114" {
  buckets  = ["media-prod"]
  prefixes = ["raw/legal/"]
  reason   = "Case 2026-114: evidence, do not touch"
}
