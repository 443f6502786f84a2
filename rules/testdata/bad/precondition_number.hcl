rule "r" {
  precondition {
    condition     = 1   # ERROR: Wrong type of value [col 21] | needs true or false, but this is a number
    error_message = " " # ERROR: Empty message [col 21] | Write a sentence that says what does not hold
  }
  scan {
    buckets  = ["media"]
    prefixes = ["raw/"]
  }
  stale {
    older_than = "7d"
  }
}
