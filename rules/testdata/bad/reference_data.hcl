rule "r" {
  scan {
    buckets      = data.buckets.media.names # ERROR: Reference to undeclared data [col 20] | Declare it with data "buckets" "media" { ... }
    whole_bucket = true
  }
  stale {
    older_than = "7d"
  }
}
