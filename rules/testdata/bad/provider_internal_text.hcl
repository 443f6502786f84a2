provider "ks3" {
  internal = "yes" # ERROR: Wrong type of value [col 14] | needs true or false, but this is a string. Write it without quotes.
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
