offcut {
  required_version = "=> 0.1" # ERROR: Invalid version constraint [col 22] | is not an operator
}

rule "r" {
  scan {
    buckets  = ["media"]
    prefixes = ["raw/"]
  }
  stale {
    older_than = "7d"
  }
}
