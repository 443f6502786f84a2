offcut {
  limits {
    dynamic "x" { # ERROR: Not supported yet [col 5]
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
