data "buckets" "media" {
  name_glob   = "nothing-*"
  allow_empty = true
}

rule "r" {
  scan {
    buckets      = data.buckets.media.names # ERROR: Empty list [col 20] | write allow_empty = true if there may be none
    whole_bucket = true
  }
  stale {
    older_than = "7d"
  }
}
