rule "r" {
  description = "of ${each.key}" # ERROR: Invalid reference [col 23] | Add for_each = ... to the block
  scan {
    buckets  = ["media"]
    prefixes = ["raw/"]
  }
  stale {
    older_than = "7d"
  }
}
