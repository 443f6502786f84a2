data "buckets" "media" {
  name_glob = "media-*"
}

rule "r" {
  scan {
    buckets      = data.media.names # ERROR: Invalid reference [col 20] | data.buckets.NAME.names, with the block
    whole_bucket = true
  }
  stale {
    older_than = "7d"
  }
}
