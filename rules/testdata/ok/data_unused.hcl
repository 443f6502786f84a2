# A data block that nothing uses asks in vain. A provider that only a data block names is
# used: its bucket list is.
provider "ks3" {
}

provider "s3" {
  alias    = "lists"
  endpoint = "http://127.0.0.1:9000"
}

provider "s3" { # WARNING: Unused provider [col 1] | No rule works with s3.idle
  alias    = "idle"
  endpoint = "http://127.0.0.1:9001"
}

data "buckets" "used" {
  provider  = s3.lists
  name_glob = "media-*"
}

data "buckets" "idle" { # WARNING: Unused data [col 1] | Nothing in the rule files refers to data.buckets.idle, so its bucket list is asked for
  provider  = s3.lists
  name_glob = "media-*"
}

rule "r" {
  provider = ks3
  scan {
    buckets      = data.buckets.used.names
    whole_bucket = true
  }
  stale {
    older_than = "7d"
  }
}
