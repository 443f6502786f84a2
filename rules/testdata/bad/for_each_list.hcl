rule "r" {
  for_each = tolist(["a"]) # ERROR: Invalid for_each [col 14] | this is a list of string: its elements have no keys that stay when one is added. For texts write toset(...) around it
  scan {
    buckets  = ["media"]
    prefixes = ["raw/"]
  }
  stale {
    older_than = "7d"
  }
}
