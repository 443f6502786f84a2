rule "r" {
  lifecycle {} # ERROR: Not supported yet [col 3] | "lifecycle" blocks are not supported
  scan {
    buckets  = ["media"]
    prefixes = ["raw/"]
  }
  stale {
    older_than = "7d"
  }
}
