rule "r" {
  dynamic "limits" {
    for_each = []
    content {
      max_uploads = nope.x # ERROR: Invalid reference [col 21]
      max_bytes   = "7x"   # ERROR: Invalid size [col 21]
    }
  }
  scan {
    buckets  = ["media"]
    prefixes = ["raw/"]
  }
  stale {
    older_than = "7d"
  }
}
