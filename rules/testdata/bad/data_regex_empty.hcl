data "buckets" "media" {
  name_regex = "" # ERROR: Empty regular expression [col 16] | empty never means everything
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
