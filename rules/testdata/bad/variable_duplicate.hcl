variable "x" {
  default = 1
}

variable "x" { # ERROR: Duplicate variable [col 1] | main.hcl:1
  default = 2
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
