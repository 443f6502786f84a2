offcut {
  max_uploads = 5 # ERROR: Unsupported argument [col 3] | It belongs in a block inside: limits { max_uploads = ... }.
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
