resource "x" "y" {} # ERROR: Unsupported block [col 1] | Blocks allowed here: "check", "data", "locals", "offcut"

rule "r" {
  scan {
    buckets  = ["media"]
    prefixes = ["raw/"]
  }
  stale {
    older_than = "7d"
  }
}
