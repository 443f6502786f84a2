rule "r" {
  scan {
    buckets  = ["media"]
    prefixes = ["raw/"]
    exclude  = [] # ERROR: Empty list | Leave the argument out
  }
  stale {
    older_than = "7d"
  }
}
