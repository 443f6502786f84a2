rule "r" {
  scan {
    buckets  = ["media"]
    prefixes = ["raw/"]
  }
  stale {
    older_than = "7d"
    where      = upload.size > 0 # ERROR: Not supported yet [col 5] | "where"
  }
}
