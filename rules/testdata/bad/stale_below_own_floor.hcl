offcut {
  minimum_age = "3d"
}

rule "r" {
  scan {
    buckets  = ["media"]
    prefixes = ["raw/"]
  }
  stale {
    older_than = "7d"
    idle_for   = "2d" # ERROR: Threshold below the minimum age [col 18] | no rule may go below 3d
  }
}
