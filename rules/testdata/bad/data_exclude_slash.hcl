data "buckets" "media" {
  name_glob = "media-*"
  exclude   = ["media-a/raw/**"] # ERROR: Invalid bucket name [col 16] | can match no bucket
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
