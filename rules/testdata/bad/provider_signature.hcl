provider "ks3" {
  signature = "aws" # ERROR: Invalid value [col 15] | Did you mean "aws4"?
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
