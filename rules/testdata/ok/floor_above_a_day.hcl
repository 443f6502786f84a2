# A floor above one day raises the default of idle_for with it.
offcut {
  minimum_age = "3d"
}

rule "raw" {
  scan {
    buckets  = ["media"]
    prefixes = ["raw/"]
  }
  stale {
    older_than = "3d"
  }
}
