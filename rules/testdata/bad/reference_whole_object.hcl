rule "r" {
  scan {
    buckets      = values(var) # ERROR: Invalid reference [col 27] | Write var.NAME
    whole_bucket = true
  }
  stale {
    older_than = "7d"
  }
}
