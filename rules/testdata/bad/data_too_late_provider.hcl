provider "ks3" {
  region = data.buckets.media.buckets["media-a"].region # ERROR: Value known too late [col 12] | before any bucket list is asked for
}

data "buckets" "media" {
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
