provider "ks3" {
  addressing = "vhost" # ERROR: Invalid value [col 16] | write "path" or "virtual"
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
