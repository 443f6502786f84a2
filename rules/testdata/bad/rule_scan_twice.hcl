rule "r" {
  scan {
    buckets  = ["media"]
    prefixes = ["raw/"]
  }
  scan { # ERROR: Duplicate block [col 3] | The first one is at main.hcl:2.
    buckets  = ["media"]
    prefixes = ["raw/"]
  }
  stale {
    older_than = "7d"
  }
}
