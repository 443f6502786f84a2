# Prices of one provider, and of all others.
provider "ks3" {}

provider "s3" {
  alias = "minio"
}

rule "r" {
  provider = ks3
  scan {
    buckets  = ["media"]
    prefixes = ["raw/"]
  }
  stale {
    older_than = "7d"
  }
}

rule "lab" {
  provider = s3.minio
  scan {
    buckets  = ["lab"]
    prefixes = ["raw/"]
  }
  stale {
    older_than = "7d"
  }
}

price "beijing" {
  provider      = ks3
  currency      = "CNY"
  as_of         = "2026-01"
  per_gib_month = { STANDARD = 0.12, STANDARD_IA = 0.08, FREE = 0 }
}

price "others" {
  currency      = "USD"
  as_of         = "2026-01-15"
  per_gib_month = { for class in ["STANDARD", "GLACIER"] : class => 0.023 }
}
