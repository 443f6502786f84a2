offcut {
  required_version = "latest" # ERROR: Invalid version constraint [col 22] | is not a version
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
