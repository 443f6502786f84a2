provider "s3" {
  alias = "minio"
}

rule "r" {
  provider = s3.mino # ERROR: Reference to undeclared provider [col 14] | Did you mean "s3.minio"? Declared: s3.minio.
  scan {
    buckets  = ["media"]
    prefixes = ["raw/"]
  }
  stale {
    older_than = "7d"
  }
}
