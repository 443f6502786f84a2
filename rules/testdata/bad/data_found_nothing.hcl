data "buckets" "media" { # ERROR: No bucket found [col 1] | No bucket on the list of provider ks3 fits data.buckets.media: it has 4 buckets (logs; media-a; media-b; media-untold)
  name_regex = "^medai-"
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
