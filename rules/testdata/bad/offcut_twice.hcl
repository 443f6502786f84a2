offcut {}

offcut {} # ERROR: Duplicate block [col 1] | The first one is at main.hcl:1.

rule "r" {
  scan {
    buckets  = ["media"]
    prefixes = ["raw/"]
  }
  stale {
    older_than = "7d"
  }
}
