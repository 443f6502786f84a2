data "buckets" "media" { # ERROR: No bucket found [col 1] | by name 1 bucket does, but not by region or type (media-a: region BEIJING, type ARCHIVE)
  name_glob = "media-a"
  region    = "beijing" # WARNING: Other capitals [col 15] | write "BEIJING"
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
