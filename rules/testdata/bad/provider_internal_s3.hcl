provider "s3" {
  internal = true # ERROR: Unsupported argument [col 3] | for the kind "ks3" only
}

rule "r" {
  scan {
    buckets  = ["media"]
    prefixes = ["raw/"]
  }
  stale {
    older_than = "7d"
  }
}
