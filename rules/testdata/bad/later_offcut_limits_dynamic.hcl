offcut {
  limits {
    dynamic "x" { # ERROR: Not supported yet
    }
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
