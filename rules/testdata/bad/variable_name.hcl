variable "1x" { # ERROR: Invalid name [col 10]
  default = 1
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
