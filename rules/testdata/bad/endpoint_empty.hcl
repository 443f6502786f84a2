provider "s3" {
  endpoint = "" # ERROR: Invalid endpoint [col 14] | The endpoint is empty
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
