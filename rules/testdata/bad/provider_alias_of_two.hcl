provider "s3" {
  alias = 1 # ERROR: Wrong type of value [col 11] | an identifier
}

provider "s3" {
  alias = "-" # ERROR: Invalid name [col 11]
}

rule "r" {
  provider = s3.minio
  scan {
    buckets  = ["media"]
    prefixes = ["raw/"]
  }
  stale {
    older_than = "7d"
  }
}
