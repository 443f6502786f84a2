rule "r" {
  for_each    = toset(["a", "b"])
  description = each.name # ERROR: Unsupported attribute [col 21] | does not have an attribute named "name"
  scan {
    buckets  = ["media"]
    prefixes = ["raw/"]
  }
  stale {
    older_than = "7d"
  }
}
