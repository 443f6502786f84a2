rule "r" {
  scan {
    buckets      = [] # ERROR: Empty list [col 20] | empty never means everything
    whole_bucket = true
  }
  stale {
    older_than = "7d"
  }
}
