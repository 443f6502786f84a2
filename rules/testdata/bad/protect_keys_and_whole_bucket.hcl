protect "p" {
  buckets      = ["media"]
  keys         = ["raw/**"]
  whole_bucket = true # ERROR: Keys and whole bucket [col 3] | the whole bucket holds every key
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
