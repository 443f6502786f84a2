variable "x" {
  default = 1
  validation { # ERROR: Not supported yet [col 3] | "validation" blocks are not supported by this version of offcut
    condition = true
  }
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
