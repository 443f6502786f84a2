rule "r" {
  scan {
    buckets  = ["media"]
    prefixes = ["raw/"]
  }
  stale {
    older_than = local.x # ERROR: Reference to undeclared local value | locals { x = ... }
  }
}
