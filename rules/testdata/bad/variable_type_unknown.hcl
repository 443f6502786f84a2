variable "x" {
  type    = text # ERROR: Invalid type specification
  default = "a"
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
