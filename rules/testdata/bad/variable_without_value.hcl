variable "x" {} # ERROR: No value for a required variable [col 1] | -var 'x=...'

rule "r" {
  scan {
    buckets  = ["media"]
    prefixes = ["raw/"]
  }
  stale {
    older_than = "7d"
  }
}
