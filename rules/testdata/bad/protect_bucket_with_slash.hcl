protect "p" {
  buckets      = ["media/legal"] # ERROR: Invalid bucket name | can match no bucket
  whole_bucket = true
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
