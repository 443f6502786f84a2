variable "x" {
  default = 1
  validation {
    condition     = local.a > 0 # ERROR: Validation of something else [col 21] | refer to var.x in it
    error_message = "Too small."
  }
  validation {
    condition     = true # ERROR: Validation of something else [col 21] | refer to var.x in it
    error_message = "Never."
  }
}

locals {
  a = var.x
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
