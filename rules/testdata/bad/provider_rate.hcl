provider "ks3" {
  requests_per_second = 0 # ERROR: Invalid number [col 25] | must be at least 0.1
}

provider "s3" {
  requests_per_second = 0.09 # ERROR: Invalid number [col 25] | must be at least 0.1
}

rule "r" {
  provider = ks3
  scan {
    buckets  = ["media"]
    prefixes = ["raw/"]
  }
  stale {
    older_than = "7d"
  }
}
