rule "r" {
  dynamic "limits" {
    for_each = [1]
    labels   = ["a"] # ERROR: Unsupported argument [col 5]
    content {
      max_upload = 7 # ERROR: Unsupported argument [col 7] | "max_uploads"
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
