rule "my rule" { # ERROR: Invalid name [col 6] | cannot name a rule block
  scan {
    buckets  = ["media"]
    prefixes = ["raw/"]
  }
  stale {
    older_than = "7d"
  }
}
