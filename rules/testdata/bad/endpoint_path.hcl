provider "s3" {
  endpoint = "https://h/x" # ERROR: Invalid endpoint [col 14] | no path
}

rule "r" {
  scan {
    buckets  = ["media"]
    prefixes = ["raw/"]
  }
  stale {
    older_than = "7d"
  }
}
