data "buckets" "media" {
  name_regex = ["^media-"] # ERROR: Wrong type of value [col 16] | needs a regular expression, written as a string
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
