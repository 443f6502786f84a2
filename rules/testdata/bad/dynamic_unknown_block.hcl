rule "r" {
  dynamic "limit" { # ERROR: Unsupported block [col 11] | There is no block of type "limit" in a rule block for a dynamic block to make. Did you mean "limits"?
    for_each = [1]
    content {}
  }
  scan {
    buckets  = ["media"]
    prefixes = ["raw/"]
  }
  stale {
    older_than = "7d"
  }
}
