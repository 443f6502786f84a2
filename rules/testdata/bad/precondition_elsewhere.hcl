rule "r" {
  condition = true # ERROR: Unsupported argument [col 3] | It belongs in a block inside: precondition { condition = ... }.
  scan {
    buckets  = ["media"]
    prefixes = ["raw/"]
  }
  stale {
    older_than = "7d"
  }
}
