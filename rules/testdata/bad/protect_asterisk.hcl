rule "r" {
  scan {
    buckets  = ["media"]
    prefixes = ["raw/"]
  }
  stale {
    older_than = "7d"
  }
}

protect "legal" {
  buckets = ["media"]
  prefixes = [
    "raw/legal/*", # ERROR: Prefix with an asterisk [col 5] | Write prefixes = ["raw/legal/"].
    "**",          # ERROR: Prefix with an asterisk [col 5] | Write whole_bucket = true.
  ]
}
