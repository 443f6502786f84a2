rule "r" {
  scan {
    buckets = [
      "media",
      3,       # ERROR: Wrong type of value [col 7] | a number
      null,    # ERROR: Wrong type of value [col 7] | is null
      "",      # ERROR: Empty bucket name [col 7]
      "me*",   # ERROR: Invalid bucket name [col 7] | looks like a glob
      "me/ia", # ERROR: Invalid bucket name [col 7] | holds a slash
      "媒体",    # ERROR: Invalid bucket name [col 7] | no bucket name has
    ]
    whole_bucket = true
  }
  stale {
    older_than = "7d"
  }
}
