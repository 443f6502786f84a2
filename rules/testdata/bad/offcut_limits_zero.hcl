offcut {
  limits {
    max_uploads = 0    # ERROR: Invalid number
    max_bytes   = "0B" # ERROR: Invalid size | Leave it out for no limit on bytes
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
