variable "secret" {
  type      = string
  default   = "7 days"
  sensitive = true
  validation {
    condition     = length(var.secret) > 100
    error_message = "\"${var.secret}\" has ${length(var.secret)} characters, and must have 100." # ERROR(3): Invalid value for a variable [col 15] | "(sensitive value)" has (sensitive value) characters, and must have 100.
  }
}

variable "wrong" {
  type      = number
  default   = "many" # ERROR: Invalid default value [col 15] | The default of var.wrong does not fit its type: it must be of the type number.
  sensitive = true
}

locals {
  a = duration(var.secret)                             # ERROR: Invalid function argument [col 16] | Call to function "duration" failed. Why is not shown, because it computes with a sensitive value
  b = { for x in [var.secret, "${var.secret}"] : x => x } # ERROR: Duplicate object key [col 50] | Two different items produced the key (sensitive value) in this 'for' expression
  c = try(duration(var.secret), bytes(var.secret))     # ERROR: Error in function call [col 7] | Call to function "try" failed. Why is not shown
}

variable "account" {
  type      = string
  default   = "7 days"
  sensitive = true
}

provider "ks3" {
  allowed_accounts = [var.account] # ERROR: Invalid account [col 23] | (sensitive value) is no account's id
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
