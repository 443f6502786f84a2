rule "r" {
  scan {
    buckets  = ["media"]
    prefixes = ["raw/"]
  }
  stale {
    older_than = "7d"
  }
  limits {
    max_bytes = 5000 # ERROR: Wrong type of value [col 17] | such as "512MiB"
  }
}
