rule "r" {
  dynamic { # ERROR: Wrong number of labels [col 3] | written dynamic "BLOCK" { ... }
  }
  scan {
    buckets  = ["media"]
    prefixes = ["raw/"]
  }
  stale {
    older_than = "7d"
  }
}
