data "buckets" "media" { # ERROR: Missing condition [col 1] | nothing never means everything
  exclude = ["media-scratch"]
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
