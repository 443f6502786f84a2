provider "s4" {} # ERROR: Unknown kind of provider [col 10] | Did you mean "s3"? Kinds: "ks3" and "s3".

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
