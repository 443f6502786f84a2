data "media" { # ERROR: Wrong number of labels [col 1] | written data "buckets" "NAME" { ... }
  name_glob = "*"
}

rule "r" {
  scan {
    buckets      = data.buckets.media.names # ERROR: Reference to undeclared data [col 20]
    whole_bucket = true
  }
  stale {
    older_than = "7d"
  }
}
