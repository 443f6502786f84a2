rule "r" {
  provider = s3.minio.eu # ERROR: Invalid provider reference [col 14]
  scan {
    buckets  = ["media"]
    prefixes = ["raw/"]
  }
  stale {
    older_than = "7d"
  }
}
