variable "x" {
  default = 1
  validation {
    condition     = var.x > 0
    error_message = "Too small."
    severity      = "warning" # ERROR: Unsupported argument [col 5] | "severity" is not expected in a validation block
  }
  validate { # ERROR: Unsupported block [col 3] | Did you mean "validation"?
    condition = var.x > 0
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
