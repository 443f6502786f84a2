rule "r" {
  precondition {} # ERROR: Not supported yet [col 3] | "precondition" blocks are not supported
  scan {
    buckets  = ["media"]
    prefixes = ["raw/"]
  }
  stale {
    older_than = "7d"
  }
}
