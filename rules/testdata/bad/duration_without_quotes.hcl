rule "r" {
  scan {
    buckets  = ["media"]
    prefixes = ["raw/"]
  }
  stale {
    older_than   = 7d    # ERROR: Missing quotes [col 20] | stand in quotes: "7d".
    idle_for     = 1d12h # ERROR: Missing quotes [col 20] | "1d12h"
    max_lifetime = 60 * d
  }
  limits {
    max_bytes = 10MiB # ERROR: Missing quotes [col 17] | "10MiB"
  }
}
