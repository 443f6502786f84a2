rule "r" {
  for_each = toset(["a"])
  provider = each.key # ERROR: Invalid provider reference [col 14] | never by a value such as each.key
  scan {
    buckets  = ["media"]
    prefixes = ["raw/"]
  }
  stale {
    older_than = "7d"
  }
}
