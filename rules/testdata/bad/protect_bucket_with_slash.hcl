protect "p" {
  buckets      = ["media", "media/legal"] # ERROR: Invalid bucket name [col 28] | can match no bucket
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
