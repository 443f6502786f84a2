provider "s3" {
  endpoint = "http://a:b@h" # ERROR: Invalid endpoint [col 14] | user or password
}

provider "s3" {
  alias    = "broken"
  endpoint = "https://user:pass%zz@host" # ERROR: Invalid endpoint [col 14] | user or password
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
