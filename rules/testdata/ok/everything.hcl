# Every block and argument of the language.
offcut {
  required_version = ">= 0.1, < 1.0"
  minimum_age      = "36h"
  plan_ttl         = "30m"
  retention        = "400d"

  limits {
    max_uploads = 50000
    max_bytes   = "20TiB"
  }

  confirm_above {
    uploads = 1000
    bytes   = "1TiB"
  }
}

variable "stale_after" {
  type        = string
  default     = "7d"
  description = "Age at which an upload is looked at"
  nullable    = false
}

locals {
  buckets = [for n in range(2) : format("media-%02d", n)]
}

provider "ks3" {
  region              = "BEIJING"
  endpoint            = "https://ks3-cn-beijing.ksyuncs.com"
  internal            = false
  addressing          = "virtual"
  signature           = "kss4"
  requests_per_second = 200
  allowed_accounts    = ["73398680", "2000093", "2000093"]
  check_completed     = true
  min_bandwidth       = "64KiB"
}

provider "s3" {
  alias      = "minio"
  endpoint   = "http://127.0.0.1:9000/"
  region     = "us-east-1"
  addressing = "path"
  signature  = "aws4"

  check_completed = false
}

provider "s3" { # WARNING: Unused provider [col 1] | No rule works with s3.unused
  alias    = "unused"
  endpoint = "localhost:9001"
}

rule "stale_media" {
  description = "Abandoned camera uploads"
  provider    = ks3
  schedule    = "0 3 * * *"
  timezone    = "Asia/Shanghai"
  mode        = "apply"

  scan {
    buckets     = concat(local.buckets, ["archive", "archive"])
    prefixes    = ["tmp/", "raw/", "raw/"] # WARNING: Prefix given twice [col 36] | stands in this list already. Remove
    exclude     = ["raw/keep/**"]
    allow_empty = true
  }

  stale {
    older_than   = var.stale_after
    idle_for     = "2d"
    max_lifetime = "60d"
  }

  limits {
    max_uploads = 500
    max_bytes   = "5TiB"
    max_percent = 12.5

    max_failures        = 7
    max_changed_percent = 2.5
  }
}

rule "lab" { # WARNING: Rule that can abort nothing [col 1] | protect.golden covers every key that rule.lab looks at
  provider = s3.minio
  scan {
    buckets      = ["lab"]
    whole_bucket = true
  }
  stale {
    older_than = "90d"
  }
}

protect "legal_hold" {
  buckets  = ["media-*", "archive"]
  prefixes = ["raw/legal/"]
  keys     = ["raw/**/masters/**", "tmp/*.keep"]
  owners   = ["2000093", "73398680", "2000093"]
  until    = "2027-06-30T08:00:00+08:00"
  reason   = "Case 2026-114"
}

protect "golden" {
  buckets      = ["la?"]
  whole_bucket = true
}
