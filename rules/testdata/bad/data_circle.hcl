data "buckets" "media" {
  name_glob = local.b
}

locals {
  b = data.buckets.media.names # ERROR: Local values in a circle [col 3] | local.b is defined by itself: local.b -> data.buckets.media -> local.b
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
