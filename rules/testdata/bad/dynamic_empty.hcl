rule "r" {
  dynamic "limits" { # ERROR: Missing required argument [col 3] | "for_each" # ERROR: Missing required block [col 3] | needs a content block
  }
  scan {
    buckets  = ["media"]
    prefixes = ["raw/"]
  }
  stale {
    older_than = "7d"
  }
}
