offcut {
  limits {
    max_uploads = 0    # ERROR: Invalid number [col 19]
    max_bytes   = "0B" # ERROR: Invalid size [col 19] | Leave it out for no limit on bytes
  }
}

rule "r" {
  scan {
    buckets  = ["media"]
    prefixes = ["raw/"]
  }
  stale {
    older_than = "7d"
  }
}
