# A value that a validation refuses is told once: what else it breaks is not.
variable "stale_after" {
  default = "a week" # ERROR: Invalid value for a variable [col 13] | Write a duration.
  validation {
    condition     = can(duration(var.stale_after))
    error_message = "Write a duration."
  }
}

rule "r" {
  scan {
    buckets  = ["media"]
    prefixes = ["raw/"]
  }
  stale {
    older_than = var.stale_after
  }
}
