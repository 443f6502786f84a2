data "buckets" "2media" { # ERROR: Invalid name [col 16] | cannot name a data block
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
