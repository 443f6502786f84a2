variable "x" {
  default = 1
  validation {
    condition     = var.x # ERROR: Wrong type of value [col 21] | The argument "condition" needs true or false, but this is a number
    error_message = "Wrong."
  }
  validation {
    condition     = var.x > 0
    error_message = ["Wrong."] # ERROR: Wrong type of value [col 21] | The argument "error_message" needs a string, but this is a tuple
  }
  validation {
    condition     = var.x > 0
    error_message = " " # ERROR: Empty error message [col 21] | Write a sentence that says what is wrong
  }
  validation {
    condition     = var.y > var.x # ERROR: Reference to undeclared variable [col 21]
    error_message = "Wrong."
  }
  validation {
    condition     = var.x > 0
    error_message = "Wrong: ${var.z}." # ERROR: Reference to undeclared variable [col 31]
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
