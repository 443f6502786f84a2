provider "ks3" {}

provider "s3" {}

rule "r" { # ERROR: Missing provider [col 1] | provider = ks3 or s3
  scan {
    buckets  = ["media"]
    prefixes = ["raw/"]
  }
  stale {
    older_than = "7d"
  }
}
