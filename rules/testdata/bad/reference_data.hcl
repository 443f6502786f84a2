rule "r" {
  scan {
    buckets      = data.buckets.media.names # ERROR: Not supported yet [col 20] | References to "data" are not supported
    whole_bucket = true
  }
  stale {
    older_than = "7d"
  }
}
