rule "r" {
  for_each = true # ERROR: Not supported yet [col 3] | The argument "for_each" of rule blocks is not supported
  scan {
    buckets  = ["media"]
    prefixes = ["raw/"]
  }
  stale {
    older_than = "7d"
  }
}
