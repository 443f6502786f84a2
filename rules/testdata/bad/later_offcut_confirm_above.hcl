offcut {
  confirm_above = 1 # ERROR: Not supported yet [col 3] | The argument "confirm_above" of offcut blocks is not supported
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
