provider "s3" {
  alias = 1 # ERROR: Wrong type of value | an identifier
}

provider "s3" {
  alias = "-" # ERROR: Invalid name
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
