provider "ks3" {
  internal = true # ERROR: Internal beside an endpoint [col 3] | Remove one of the two
  endpoint = "https://ks3-cn-beijing.ksyuncs.com"
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
