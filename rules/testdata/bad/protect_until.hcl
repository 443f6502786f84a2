protect "p" {
  buckets      = ["media"]
  whole_bucket = true
  until        = "2027-06-30" # ERROR: Invalid instant [col 18] | 2027-06-30T00:00:00Z
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
