provider "s3" {
  alias = "my store" # ERROR: Invalid name [col 11]
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
