provider "ks3" {
  allowed_accounts = [] # ERROR: Empty list [col 22] | empty never means everything. List at least one name
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
