variable "x" {
  default     = 1
  description = "is ${var.x}" # ERROR: Variables not allowed [col 17]
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
