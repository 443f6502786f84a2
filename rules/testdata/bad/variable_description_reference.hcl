variable "x" {
  default     = 1
  description = "is ${var.x}" # ERROR: Variables not allowed
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
