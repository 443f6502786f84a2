rule "r" {
  for_each = toset(["a\nb"]) # ERROR: Invalid for_each [col 14] | holds a newline, which nobody sees in an address
  scan {
    buckets  = ["media"]
    prefixes = ["raw/"]
  }
  stale {
    older_than = "7d"
  }
}
