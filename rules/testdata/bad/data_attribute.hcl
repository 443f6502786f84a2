data "buckets" "media" {
  name_glob = "media-*"
}

rule "r" {
  scan {
    buckets      = data.buckets.media.nmaes # ERROR: Unsupported attribute [col 20] | Did you mean "names"?
    whole_bucket = true
  }
  stale {
    older_than = "7d"
  }
}
