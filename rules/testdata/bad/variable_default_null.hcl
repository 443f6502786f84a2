variable "x" {
  nullable = false
  default  = null # ERROR: Invalid default value [col 14] | nullable = false
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
