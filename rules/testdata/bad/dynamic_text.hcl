rule "r" {
  dynamic "limits" {
    for_each = "x" # ERROR: Invalid for_each [col 16] | goes over a list, a set or a map, but this is a string
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
