variable "x" {
  default = 1
  validation { # ERROR: Missing required argument [col 3] | The argument "error_message" of the validation block is required
    condition = var.x > 0
  }
  validation { # ERROR: Missing required argument [col 3] | The argument "condition" of the validation block is required, but it is not given. Add condition = EXPRESSION.
    error_message = "Wrong."
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
