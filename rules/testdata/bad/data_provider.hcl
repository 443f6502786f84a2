data "buckets" "media" {
  provider  = s3.minio # ERROR: Reference to undeclared provider [col 15]
  name_glob = "media-*"
}

rule "r" {
  scan {
    buckets      = data.buckets.media.names
    whole_bucket = true
  }
  stale {
    older_than = "7d"
  }
}
