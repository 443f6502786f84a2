# A protect is a veto over every rule. It needs buckets, and says which keys in them:
# by prefix, by glob over the whole key, or all of them.

provider "ks3" {
  region = "BEIJING"
}

rule "media" {
  scan {
    buckets      = ["media-prod", "media-archive"]
    whole_bucket = true
  }

  stale {
    older_than = "7d"
  }
}

# Everything under a prefix, in all buckets of a name, until the case is closed.
# An ended protect is told at every plan.
protect "legal_hold" {
  buckets  = ["media-*"]
  prefixes = ["cases/2026-114/"]
  until    = "2099-06-30T00:00:00Z"
  reason   = "Case 2026-114: evidence, do not touch"
}

# Keys by glob: * stays within a directory, ** goes across.
protect "masters" {
  buckets = ["media-prod"]
  keys    = ["**/masters/*.mov", "**/*.master"]
  reason  = "Masters are uploaded over weeks"
}

# What one account uploads. Where the store does not tell who owns an upload, it is
# protected too.
protect "partner" {
  buckets      = ["media-archive"]
  whole_bucket = true
  owners       = ["88002200"]
  reason       = "The partner cleans up itself"
}
