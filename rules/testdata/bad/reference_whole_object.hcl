rule "r" {
  scan {
    buckets      = values(var) # ERROR: Invalid reference | Write var.NAME
    whole_bucket = true
  }
  stale {
    older_than = "7d"
  }
}
