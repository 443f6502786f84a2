variable "x" {
  type    = text # ERROR: Invalid type specification [col 13]
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
