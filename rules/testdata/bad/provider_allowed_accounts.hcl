provider "ks3" {
  allowed_accounts = ["", "2000*", "20 00", 5] # ERROR: Empty account [col 23] # ERROR: Invalid account [col 27] | without blanks and globs # ERROR: Invalid account [col 36] # ERROR: Wrong type of value [col 45]
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
