protect "9" { # ERROR: Invalid name [col 9]
  buckets      = ["media"]
  whole_bucket = true
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
