protect "p" {
  buckets      = ["media"]
  prefixes     = ["x/"]
  whole_bucket = true # ERROR: Prefixes and whole bucket [col 3]
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
