data "buckets" "media" {
  region = "" # ERROR: Empty region [col 12] | as the store
  type   = ["NORMAL", " "] # ERROR: Empty type [col 23]
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
