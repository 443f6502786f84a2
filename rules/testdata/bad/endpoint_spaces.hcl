provider "s3" {
  endpoint = "my host" # ERROR: Invalid endpoint [col 14] | neither a URL nor a host
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
