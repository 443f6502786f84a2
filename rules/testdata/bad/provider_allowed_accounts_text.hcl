provider "ks3" {
  allowed_accounts = "2000093" # ERROR: Wrong type of value | also for a single one
}

rule "r" {
  scan {
    buckets  = ["media"]
    prefixes = ["raw/"]
  }
  stale {
    older_than = "7d"
  }
}
