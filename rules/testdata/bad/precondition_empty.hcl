rule "r" {
  precondition { # ERROR: Missing required argument [col 3] | "condition" # ERROR: Missing required argument [col 3] | "error_message"
  }
  scan {
    buckets  = ["media"]
    prefixes = ["raw/"]
  }
  stale {
    older_than = "7d"
  }
}
