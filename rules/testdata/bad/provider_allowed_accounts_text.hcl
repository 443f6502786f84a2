provider "ks3" {
  allowed_accounts = "2000093" # ERROR: Wrong type of value [col 22] | also for a single one
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
