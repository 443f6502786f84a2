variable "warn" {
  default = "9d"
  validation {
    condition     = duration(var.warn) < local.limit
    error_message = "No."
  }
}

variable "older" {
  default = "7d" # ERROR: Invalid value for a variable [col 13] | older must be longer than warn (9d).
  validation {
    condition     = duration(var.older) > duration(var.warn)
    error_message = "older must be longer than warn (${var.warn})."
  }
  validation {
    condition     = var.older != local.forbidden
    error_message = "Not forbidden."
  }
}

locals {
  limit     = duration("30d")
  forbidden = "5d"
}

rule "r" {
  scan {
    buckets  = ["media"]
    prefixes = ["raw/"]
  }
  stale {
    older_than = var.older
  }
}
