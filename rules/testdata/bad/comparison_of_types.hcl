variable "t" {
  type    = string
  default = "5"

  validation {
    condition     = var.t != 5 # ERROR: Operation failed [col 21]
    error_message = "Not five."
  }
}

variable "ok" {
  type    = bool
  default = false
}

variable "uploads" {
  type    = map(bool)
  default = { raw = false, tmp = true }
}

variable "n" {
  default = "5"
}

variable "open" {
  default = {}
}

locals {
  hidden  = try(var.ok != "false", false) # ERROR: Wrong type of value [col 13] | compares a bool with a string
  allowed = try(var.open.approved, true)
  empty   = var.ok == null
}

rule "r" {
  enabled = var.ok != "false" # ERROR: Operation failed [col 13] | values of different types are never equal

  for_each = { for k, v in var.uploads : k => v if v != "false" } # ERROR: Operation failed [col 52]

  precondition {
    condition     = local.allowed && !local.empty && !contains(["false"], var.ok) # ERROR: Error in function call [col 55] | never equal
    error_message = "Not now."
  }

  precondition {
    condition     = local.hidden && can(index([5], var.n)) # ERROR: Wrong type of value [col 21] | compares a number with a string
    error_message = "Not now."
  }

  scan {
    buckets  = ["media"]
    prefixes = ["raw/"]
  }
  stale {
    older_than = "7d"
    where      = !can(index([7], upload.owner)) # ERROR: Error in function call [col 23]
  }
}
