rule "r" {
  scan {
    buckets  = ["media"]
    prefixes = ["raw/"]
  }
  stale {
    older_than   = "7d"
    max_lifetime = "7d" # ERROR: Lifetime too short [col 20] | longer than older_than (7d)
  }
}
