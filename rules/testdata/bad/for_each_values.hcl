# One mistake of the block is told once, and one of an instance where it is.
rule "r" {
  for_each = { a = "7d", b = "soon", c = "7x" }
  schedule = "never" # ERROR: Invalid schedule [col 14]
  scan {
    buckets  = ["media"]
    prefixes = ["${each.key}/"]
  }
  stale {
    older_than = each.value # ERROR: Invalid duration [col 18] | "soon" # ERROR: Invalid duration [col 18] | "7x"
    idle_for   = 7          # ERROR: Wrong type of value [col 18]
  }
}
