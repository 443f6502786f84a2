offcut {
  confirm_above = 1 # ERROR: Unsupported argument [col 3] | Write confirm_above { ... } without the equals sign
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
