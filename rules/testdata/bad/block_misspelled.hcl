provder "ks3" {} # ERROR: Unsupported block [col 1] | Did you mean "provider"?

rule "r" {
  scan {
    buckets  = ["media"]
    prefixes = ["raw/"]
  }
  stale {
    older_than = "7d"
  }
}
