rule "r" {
  enabled = true # ERROR: Not supported yet [col 3] | The argument "enabled" of rule blocks is not supported
  scan {
    buckets  = ["media"]
    prefixes = ["raw/"]
  }
  stale {
    older_than = "7d"
  }
}
