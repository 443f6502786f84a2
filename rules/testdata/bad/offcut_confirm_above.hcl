offcut {
  confirm_above {
    uploads = "5" # ERROR: Wrong type of value
    bytes   = "0B" # ERROR: Invalid size | Leave it out for the default, 10TiB.
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
