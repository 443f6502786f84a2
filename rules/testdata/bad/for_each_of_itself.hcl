rule "r" {
  for_each = toset([each.key]) # ERROR: Invalid reference [col 21] | known only inside of a rule or protect block that has for_each, and not in for_each itself
  scan {
    buckets  = ["media"]
    prefixes = ["raw/"]
  }
  stale {
    older_than = "7d"
  }
}
