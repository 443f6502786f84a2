data "buckets" "media" {
  name_regex = "^(?!logs)" # ERROR: Invalid regular expression [col 16] | no look-around
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
