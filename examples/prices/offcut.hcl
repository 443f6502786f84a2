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

# What is left behind costs money as long as it lies there. A check can say how much is
# too much, in each currency that a price above is in; any other is a mistake.
check "spend" {
  assert {
    condition     = plan.abort.monthly_cost["CNY"] < 350
    error_message = "Leftovers on KS3 cost ${format("%.2f", plan.abort.monthly_cost["CNY"])} CNY a month: find who leaves them."
  }

  assert {
    condition     = plan.rules["rule.builds"].abort.monthly_cost["USD"] < 50
    error_message = "Leftovers of builds cost ${format("%.2f", plan.rules["rule.builds"].abort.monthly_cost["USD"])} USD a month."
  }

  # Bytes without a known price are in no sum of money. Without this assert, the plan
  # notes how many the check leaves out.
  assert {
    condition     = plan.abort.unpriced_bytes == 0
    error_message = "${plan.abort.unpriced_bytes} bytes have no known price: add their storage class to a price block."
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
