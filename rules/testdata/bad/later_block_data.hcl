data "buckets" "media" {} # ERROR: Not supported yet [col 1] | "data" blocks are not supported by this version of offcut

rule "r" {
  scan {
    buckets  = ["media"]
    prefixes = ["raw/"]
  }
  stale {
    older_than = "7d"
  }
}
