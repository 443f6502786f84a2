price "CNY" {} # ERROR: Not supported yet [col 1] | "price" blocks are not supported by this version of offcut

rule "r" {
  scan {
    buckets  = ["media"]
    prefixes = ["raw/"]
  }
  stale {
    older_than = "7d"
  }
}
