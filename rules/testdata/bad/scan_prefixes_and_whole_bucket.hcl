rule "r" {
  scan {
    buckets      = ["media"]
    prefixes     = ["raw/"]
    whole_bucket = true # ERROR: Prefixes and whole bucket [col 5] | exclude each other
  }
  stale {
    older_than = "7d"
  }
}
