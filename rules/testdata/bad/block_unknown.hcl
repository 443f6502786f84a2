resource "x" "y" {} # ERROR: Unsupported block | Blocks allowed here: "locals", "offcut"

rule "r" {
  scan {
    buckets  = ["media"]
    prefixes = ["raw/"]
  }
  stale {
    older_than = "7d"
  }
}
