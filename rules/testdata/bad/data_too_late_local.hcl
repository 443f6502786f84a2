data "buckets" "media" {
  name_glob = local.names # ERROR: Value known too late [col 15] | The argument "name_glob" of data "buckets" "media" follows
}

data "buckets" "other" {
  name_glob = "media-*"
}

locals {
  names = [for n in data.buckets.other.names : "${n}-*"]
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
