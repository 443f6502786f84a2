rule "r" {
  limits {}
  dynamic "limits" {
    for_each = [1]
    content {} # ERROR: Duplicate block [col 5] | The first one is at main.hcl:2
  }
  scan {
    buckets  = ["media"]
    prefixes = ["raw/"]
  }
  stale {
    older_than = "7d"
  }
}
