offcut {
  max_bytes = 1 # ERROR: Not supported yet [col 3] | The argument "max_bytes" of offcut blocks is not supported
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
