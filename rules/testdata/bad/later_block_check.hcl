check "leak" {} # ERROR: Not supported yet [col 1] | "check" blocks are not supported by this version of offcut

rule "r" {
  scan {
    buckets  = ["media"]
    prefixes = ["raw/"]
  }
  stale {
    older_than = "7d"
  }
}
