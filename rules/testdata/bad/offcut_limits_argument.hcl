offcut {
  limits = 5 # ERROR: Unsupported argument [col 3] | is a block, not an argument
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
