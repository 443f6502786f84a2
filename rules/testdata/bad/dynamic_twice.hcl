rule "r" {
  dynamic "limits" {
    for_each = [1, 2] # ERROR: Duplicate block [col 16] | this makes several
    content {
      max_uploads = limits.value
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
