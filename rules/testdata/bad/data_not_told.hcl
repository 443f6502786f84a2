data "buckets" "media" {
  name_glob = "media-*"
}

locals {
  beijing = [for name, b in data.buckets.media.buckets : name if b.region == "BEIJING"]
}

rule "r" {
  scan {
    buckets      = local.beijing # ERROR: Value not told [col 20] | Not told: region of media-untold; type of media-untold
    whole_bucket = true
  }
  stale {
    older_than = "7d"
  }
}
