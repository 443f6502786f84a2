data "buckets" "media" {
  name_glob = 7 # ERROR: Wrong type of value [col 15] | needs a glob or list of globs, but this is a number
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
