data "bucket" "media" { # ERROR: Unknown type of data block [col 6] | Did you mean "buckets"?
  name_glob = "*"
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
