rule "r" {
  description = limits.key # ERROR: Invalid reference [col 17]
  dynamic "limits" {
    for_each = [7]
    content {
      max_uploads = limits.value
      max_bytes   = limits.size # ERROR: Unsupported attribute [col 27]
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
