# A rule without a provider works with the only one that is declared.
provider "s3" {
  alias    = "minio"
  endpoint = "http://127.0.0.1:9000"
}

rule "raw" {
  scan {
    buckets  = ["media"]
    prefixes = ["raw/"]
  }
  stale {
    older_than = "7d"
  }
}
