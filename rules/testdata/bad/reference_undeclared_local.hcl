rule "r" {
  scan {
    buckets  = ["media"]
    prefixes = ["raw/"]
  }
  stale {
    older_than = local.x # ERROR: Reference to undeclared local value [col 18] | locals { x = ... }
  }
}
