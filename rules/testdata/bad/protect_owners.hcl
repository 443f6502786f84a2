rule "r" {
  scan {
    buckets  = ["media"]
    prefixes = ["raw/"]
  }
  stale {
    older_than = "7d"
  }
}

protect "p" {
  buckets      = ["media"]
  whole_bucket = true
  owners       = ["", "2000*", "20 00", 5] # ERROR: Empty account [col 19] | An account in owners # ERROR: Invalid account [col 23] | it holds a "*" # ERROR: Invalid account [col 32] | it holds a blank # ERROR: Wrong type of value [col 41]
}

protect "none" {
  buckets      = ["media"]
  whole_bucket = true
  owners       = [] # ERROR: Empty list [col 18] | never means everything
}

protect "only_owners" { # ERROR: Missing prefixes [col 1] | keys = ["**/masters/**"], or whole_bucket = true
  buckets = ["media"]
  owners  = ["2000093"]
}
