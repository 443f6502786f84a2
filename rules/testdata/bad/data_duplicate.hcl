data "buckets" "media" {
  name_glob = "*"
}

data "buckets" "media" { # ERROR: Duplicate data [col 1] | already defined at main.hcl:1
  name_glob = "m*"
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
