data "buckets" "media" {
  name_glob = "media-*"
}

rule "r" {
  scan {
    buckets      = data.buckets.media # ERROR: Wrong type of value [col 20] | needs a list of strings, but this is an object. Write data.buckets.media.names.
    whole_bucket = true
  }
  stale {
    older_than = data.buckets.media.names # ERROR: Wrong type of value [col 18] | needs a duration, written as a string, but this is a list of string
  }
}
