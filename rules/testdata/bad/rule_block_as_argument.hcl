rule "r" {
  scan = { # ERROR: Unsupported argument [col 3] | is a block, not an argument
    buckets = ["media"]
  }
  stale {
    older_than = "7d"
  }
}
