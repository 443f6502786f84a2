rule "r" {
  scan {
    buckets      = [] # ERROR: Empty list | empty never means everything
    whole_bucket = true
  }
  stale {
    older_than = "7d"
  }
}
