variable "d" {
  default = "7 days"
}

rule "r" {
  scan {
    buckets  = ["media"]
    prefixes = ["raw/"]
  }
  stale {
    older_than = var.d # ERROR: Invalid duration [col 18] | "7 days"
  }
}
