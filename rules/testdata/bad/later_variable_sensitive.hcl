variable "x" {
  default   = 1
  sensitive = true # ERROR: Not supported yet [col 3] | "sensitive"
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
