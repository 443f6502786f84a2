rule "r" {
  dynamic "scan" {} # ERROR: Not supported yet [col 3] | "dynamic" blocks are not supported
  scan {
    buckets  = ["media"]
    prefixes = ["raw/"]
  }
  stale {
    older_than = "7d"
  }
}
