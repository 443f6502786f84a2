provider "ks3" {
  min_bandwidth = 64 # ERROR: Wrong type of value [col 19] | needs a size
}

provider "s3" {
  alias         = "none"
  min_bandwidth = "0KiB" # ERROR: Invalid size [col 19] | Leave it out for lines of any speed.
}

provider "s3" {
  alias         = "unit"
  min_bandwidth = "64k" # ERROR: Invalid size [col 19] | KiB
}

rule "r" {
  provider = ks3
  scan {
    buckets  = ["media"]
    prefixes = ["raw/"]
  }
  stale {
    older_than = "7d"
  }
}
