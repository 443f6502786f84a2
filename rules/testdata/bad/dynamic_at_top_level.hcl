dynamic "rule" { # ERROR: Unsupported block [col 1]
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
