# ks3 may be named without a block: all its settings are the environment's.
provider "s3" { # WARNING: Unused provider [col 1] | No rule works with s3, so
  endpoint = "http://127.0.0.1:9000"
}

rule "raw" {
  provider = ks3
  scan {
    buckets  = ["media"]
    prefixes = ["raw/"]
  }
  stale {
    older_than = "7d"
  }
}
