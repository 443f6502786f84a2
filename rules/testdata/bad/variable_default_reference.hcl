variable "x" {
  default = var.y # ERROR: Variables not allowed [col 13]
}

variable "y" {
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
