data "buckets" "media" {
  name_glob = [] # ERROR: Empty list [col 15] | empty never means everything
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
