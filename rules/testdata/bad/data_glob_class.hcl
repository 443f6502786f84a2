data "buckets" "media" {
  name_glob = ["media-*", "logs-[ab]"] # ERROR: Invalid glob [col 27] | classes
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
