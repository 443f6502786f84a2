provider "ks3" {
  min_bandwidth = "1B"
}

rule "r" {
  scan {
    buckets  = ["media"]
    prefixes = ["raw/"]
  }
  stale {
    older_than = "7d"
    idle_for   = "0s" # ERROR: Threshold below the minimum age [col 18] # ERROR: Idle time shorter than a part takes [col 18] | takes 62137d
  }
}
