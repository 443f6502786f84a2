rule "r" {
  dynamic "limits" {
    for_each = [1]
    iterator = "x" # ERROR: Invalid iterator [col 16] | Write the name without quotes
    content {}
  }
  dynamic "precondition" {
    for_each = [1]
    iterator = each # ERROR: Invalid iterator [col 16] | "each" has a meaning of its own
    content {
      condition     = true
      error_message = "x"
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
