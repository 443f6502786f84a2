offcut {
  limits {
    max_percent = 5 # ERROR: Unsupported argument [col 5] | Arguments allowed here: "max_bytes" and "max_uploads".
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
