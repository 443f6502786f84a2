variable "n" {
  default = "x"
}

rule "r" {
  scan {
    buckets  = ["media"]
    prefixes = ["raw/"]
  }
  stale {
    older_than = "7d"
  }
  limits {
    max_uploads = var.n + 1 # ERROR: Invalid operand [col 19]
  }
}
