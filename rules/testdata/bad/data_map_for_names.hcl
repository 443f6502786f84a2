data "buckets" "media" {
  name_glob = "media-*"
}

rule "r" {
  scan {
    buckets      = data.buckets.media.buckets # ERROR: Wrong type of value [col 20] | needs a list of strings, but this is a map of object
    whole_bucket = true
  }
  stale {
    older_than = "7d"
  }
}
