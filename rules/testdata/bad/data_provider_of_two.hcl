provider "ks3" {
}

provider "ks3" {
  alias = "other"
}

data "buckets" "media" { # ERROR: Missing provider [col 1] | data "buckets" "media" must say which one it works with: add provider = ks3 or ks3.other
  name_glob = "media-*"
}

rule "r" {
  provider = ks3
  scan {
    buckets      = data.buckets.media.names
    whole_bucket = true
  }
  stale {
    older_than = "7d"
  }
}
