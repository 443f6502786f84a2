variable "days" {
  type    = number
  default = 0 # ERROR: Invalid value for a variable [col 13] | Days go from 1 to 30, not 0. This was checked by the validation of var.days at main.hcl:5: change the value, or that block.
  # The block that did not hold is the first one.
  validation {
    condition     = var.days >= 1 && var.days <= 30
    error_message = "Days go from 1 to 30, not ${var.days}"
  }
  validation {
    condition     = floor(var.days) == var.days
    error_message = "Whole days only."
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
