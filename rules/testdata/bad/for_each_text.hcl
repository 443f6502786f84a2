rule "r" {
  for_each = "raw" # ERROR: Invalid for_each [col 14] | needs a map or a set of strings, but this is a string. Write toset([...]), or a map
  scan {
    buckets  = ["media"]
    prefixes = ["raw/"]
  }
  stale {
    older_than = "7d"
  }
}
