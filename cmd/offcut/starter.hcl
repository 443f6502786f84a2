# Rules for offcut. Check them with "offcut validate", see what they would do
# with "offcut plan", and do it with "offcut apply".

offcut {
  required_version = ">= 0.1"

  # Floor for older_than and idle_for. Lowering it is a deliberate act.
  minimum_age = "24h"

  # plan_ttl  = "1h"   # how long a plan may be applied; the default
  # retention = "400d" # how long the record of what was done is kept; else for ever

  # A plan that exceeds one of these, all rules together, stops every rule.
  # limits {
  #   max_uploads = 50000
  #   max_bytes   = "20TiB"
  # }

  # Above one of these a plan is confirmed by typing its number of uploads.
  # confirm_above {
  #   uploads = 100000 # the defaults
  #   bytes   = "10TiB"
  # }
}

# A value that can be set from outside: -var stale_after=14d, -var-file, the
# environment (OFFCUT_VAR_stale_after), or a file offcut.vars.hcl.
variable "stale_after" {
  type    = string
  default = "7d"
}

# locals {
#   scratch = ["tmp/", "incoming/"]
# }

# Keys come from KS3_ACCESS_KEY_ID and KS3_ACCESS_KEY_SECRET (and
# KS3_SECURITY_TOKEN for temporary ones), or from ~/.ks3utilconfig; never from
# a rule file.
provider "ks3" {
  region = "BEIJING"

  # endpoint            = "https://ks3-cn-beijing.ksyuncs.com" # instead of the region's
  # internal            = true      # the region's internal host, from inside Kingsoft Cloud
  # addressing          = "virtual" # or "path"
  # signature           = "kss"     # or "kss4", "aws4"
  # requests_per_second = 500       # the most that is sent; the default
  # allowed_accounts    = ["73398680"] # buckets of any other owner fail
}

# Any store that speaks S3. Name it in a rule with provider = s3.minio.
# provider "s3" {
#   alias    = "minio"
#   endpoint = "http://127.0.0.1:9000"
#   region   = "us-east-1"
#
#   # check_completed = false # don't look whether an upload became its key's object
# }

rule "stale_uploads" {
  description = "Unfinished uploads that nobody continues"
  provider    = ks3

  # What "offcut serve" does: when, in which time zone, and whether it aborts
  # ("apply") or only reports ("plan", the default). "offcut apply" aborts by
  # every rule, whatever its mode.
  # schedule = "0 3 * * *"
  # timezone = "Asia/Shanghai"
  # mode     = "plan"

  scan {
    buckets  = ["my-bucket"]
    prefixes = ["incoming/"] # or, for all of it: whole_bucket = true

    # exclude     = ["incoming/keep/**"] # takes keys out of this rule
    # allow_empty = true                 # a bucket that is absent is no error
  }

  stale {
    older_than = var.stale_after # since the upload was started
    idle_for   = "24h"           # since its newest part; one still receiving parts is kept

    # max_lifetime = "60d" # aborted after this long, active or not
  }

  # A plan that exceeds one of these stops the rule before its first abort.
  limits {
    max_uploads = 10000

    # max_bytes   = "5TiB"
    # max_percent = 80 # of the uploads listed for this rule

    # These stop the rule while it is applied; the defaults.
    # max_failures        = 100 # uploads that could not be aborted
    # max_changed_percent = 20  # of those tried, that were gone or active again
  }
}

# A veto over every rule.
# protect "legal_hold" {
#   buckets  = ["my-bucket"]
#   prefixes = ["incoming/legal/"]
#   until    = "2027-06-30T00:00:00Z"
#   reason   = "Case 2026-114"
# }
