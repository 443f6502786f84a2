rule "x" {
  scan {
    dynamic "y" { # ERROR: Unsupported block [col 5] | Blocks of type "dynamic" are not expected here. No blocks are allowed here
    }
    buckets  = ["media"]
    prefixes = ["tmp/"]
  }
  stale {
    older_than = "7d"
  }
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
