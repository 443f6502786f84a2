data "buckets" "media" { # ERROR: No bucket found [col 1] | media-untold: region not told, type not told
  name_glob = "*-untold"
  region    = "BEIJING" # WARNING: Bucket left out [col 15] | does not tell the region of 1 bucket
  type      = "NORMAL" # WARNING: Bucket left out [col 15] | does not tell the type of 1 bucket
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
