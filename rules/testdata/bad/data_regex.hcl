data "buckets" "media" {
  name_regex = "^media-(" # ERROR: Invalid regular expression [col 16] | missing closing )
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
