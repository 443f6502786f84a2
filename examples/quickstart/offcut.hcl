# The rules that "offcut demo" runs. Try them by hand on the built-in KS3 server:
#
#   offcut emulator -seed quickstart      in one terminal; it prints export lines
#   offcut plan examples/quickstart       in another, after pasting those lines
#   offcut apply examples/quickstart

offcut {
  required_version = ">= 0.1"
}

# Where to ask. The endpoint and the keys come from the environment: KS3_ENDPOINT,
# KS3_ACCESS_KEY_ID, KS3_ACCESS_KEY_SECRET.
provider "ks3" {
  region = "BEIJING"
}

# Camera uploads that broke off. One that still receives parts is left alone
# (idle_for is 24h when it is not given), until it is 60 days old.
rule "stale_media" {
  description = "Abandoned camera uploads"
  provider    = ks3

  # What "offcut serve" does. mode = "plan" only reports; write "apply" once the
  # reports have been right for a while.
  schedule = "0 3 * * *"
  timezone = "Asia/Shanghai"
  mode     = "plan"

  scan {
    buckets  = ["media-archive", "media-prod"]
    prefixes = ["raw/", "tmp/"]
    exclude  = ["raw/keep/**"]
  }

  stale {
    older_than   = "7d"
    max_lifetime = "60d"
  }

  # The plan must stay below these, or nothing of this rule is aborted.
  limits {
    max_uploads = 500
    max_bytes   = "4TiB"
    max_percent = 90
  }
}

# Backups are large and slow, so that they get two weeks and three idle days.
rule "broken_backups" {
  description = "Backups that never finished"
  provider    = ks3

  scan {
    buckets      = ["backups"]
    whole_bucket = true
  }

  stale {
    older_than = "14d"
    idle_for   = "3d"
  }

  limits {
    max_bytes = "10TiB"
  }
}

# A veto over every rule, whatever the age.
protect "legal_hold" {
  buckets  = ["media-*"]
  prefixes = ["raw/legal/"]
  reason   = "Case 2026-114: evidence, do not touch"
}
