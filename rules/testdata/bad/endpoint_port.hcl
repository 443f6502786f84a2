provider "s3" {
  endpoint = "http://127.0.0.1:65536" # ERROR: Invalid endpoint [col 14] | ports go from 1 to 65535
}

provider "s3" {
  alias    = "zero"
  endpoint = "127.0.0.1:0" # ERROR: Invalid endpoint [col 14] | has the port 0
}

rule "r" {
  provider = s3
  scan {
    buckets  = ["media"]
    prefixes = ["raw/"]
  }
  stale {
    older_than = "7d"
  }
}
