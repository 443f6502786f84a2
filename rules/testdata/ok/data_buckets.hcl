# Buckets that are found by name, region and type; data_buckets.found.json is what the
# stores list.
variable "team" {
  default = "media"
}

provider "ks3" {
}

provider "s3" {
  alias    = "minio"
  endpoint = "http://127.0.0.1:9000"
}

locals {
  excluded = ["${var.team}-scratch"]
  beijing  = [for name, b in data.buckets.all.buckets : name if b.region == "BEIJING"]
  archives = data.buckets.archives["names"]
}

data "buckets" "media" {
  provider   = ks3
  name_regex = "^${var.team}-"
  exclude    = local.excluded
}

data "buckets" "all" {
  provider  = ks3
  name_glob = "*"
  region    = ["BEIJING", "SHANGHAI"] # WARNING: Bucket left out [col 15] | the region of 1 bucket, so data.buckets.all leaves what may be meant out: "media-untold"
}

data "buckets" "archives" {
  provider    = ks3
  type        = "ARCHIVE" # WARNING: Bucket left out [col 17] | "media-untold"
  allow_empty = true
}

data "buckets" "none" {
  provider    = s3.minio
  name_glob   = ["tmp-*", "scratch-?"]
  allow_empty = true
}

rule "media" {
  provider = ks3
  scan {
    buckets      = data.buckets.media.names
    whole_bucket = true
  }
  stale {
    older_than = "7d"
  }
}

rule "beijing" {
  description = "in ${length(data.buckets.all.names)} buckets, the first is ${data.buckets.all.buckets["logs"].name}"
  provider    = ks3
  scan {
    buckets  = setunion(local.beijing, local.archives)
    prefixes = ["tmp/"]
  }
  stale {
    older_than = length(data.buckets.media.names) > 2 ? "14d" : "7d"
  }
}

rule "none" {
  provider = s3.minio
  scan {
    buckets      = data.buckets.none.names
    whole_bucket = true
    allow_empty  = true
  }
  stale {
    older_than = "7d"
  }
}

protect "hold" {
  buckets      = ["media-b"]
  whole_bucket = true
}

protect "nothing" { # WARNING: Protect that protects nothing
  buckets      = ["nowhere"]
  whole_bucket = true
}

# What is asserted about buckets changes with them, though it names nothing of plan.
check "few" {
  assert {
    condition     = length(data.buckets.media.names) < 20 && local.beijing != []
    error_message = "${length(data.buckets.media.names)} buckets."
  }
}
