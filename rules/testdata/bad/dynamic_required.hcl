rule "r" { # ERROR: Missing required block [col 1] | needs a scan block
  dynamic "scan" {
    for_each = []
    content {
      buckets  = ["media"]
      prefixes = ["raw/"]
    }
  }
  stale {
    older_than = "7d"
  }
}
