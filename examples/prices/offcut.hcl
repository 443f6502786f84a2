# price says what storage costs on your contract: plans, reports and the history then
# tell money by it. Amounts of two currencies are never added. A storage class without
# a price is told as such, so that a sum never looks smaller than it is.

provider "ks3" {
  region = "BEIJING"
}

provider "s3" {
  alias    = "minio"
  endpoint = "https://minio.internal.example:9000"
  region   = "us-east-1"
}

price "contract" {
  provider = ks3
  currency = "CNY"
  as_of    = "2026-01"

  per_gib_month = {
    STANDARD    = 0.12
    STANDARD_IA = 0.08
    ARCHIVE     = 0.033
  }
}

# Disks of one's own cost something too: what finance charges for a GiB.
price "own_disks" {
  provider = s3.minio
  currency = "USD"
  as_of    = "2025-12-31"

  per_gib_month = {
    STANDARD = 0.01
  }
}

check "leak" {
  assert {
    condition     = plan.abort.bytes < bytes("1TiB")
    error_message = "More than 1 TiB leaked since the last run: find the leaker."
  }
}

rule "media" {
  provider = ks3

  scan {
    buckets  = ["media-prod"]
    prefixes = ["raw/"]
  }

  stale {
    older_than = "7d"
  }
}

rule "builds" {
  provider = s3.minio

  scan {
    buckets      = ["builds"]
    whole_bucket = true
  }

  stale {
    older_than = "3d"
  }
}
