offcut {
  confirm_above {
    uploads = "5" # ERROR: Wrong type of value [col 15]
    bytes   = "0B" # ERROR: Invalid size [col 15] | Leave it out for the default, 10TiB.
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
