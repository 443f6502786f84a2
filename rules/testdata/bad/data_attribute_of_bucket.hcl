data "buckets" "media" {
  name_glob = "media-*"
}

locals {
  beijing = [for name, b in data.buckets.media.buckets : name if b.regoin == "BEIJING"]
  one     = data.buckets.media.buckets["media-a"].regoin # ERROR: Unsupported attribute [col 50]
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
