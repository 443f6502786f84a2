rule "r" {
  schedule = "@daily"
  mode     = "aply" # ERROR: Invalid value [col 14] | Did you mean "apply"?
  scan {
    buckets  = ["media"]
    prefixes = ["raw/"]
  }
  stale {
    older_than = "7d"
  }
}
