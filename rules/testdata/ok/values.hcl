# Variables with types, defaults, validations and sensitive values.
variable "settings" {
  type = object({
    name    = string
    older   = optional(string, "8d")
    limits  = optional(object({ uploads = optional(number, 7), percent = optional(number) }), {})
    buckets = optional(list(object({ name = string, prefix = optional(string, "raw/") })), [{ name = "one" }])
    tags    = optional(map(object({ on = optional(bool, true) })), { a = {} })
  })
  default = {
    name    = "media"
    older   = null
    buckets = [{ name = "media-1" }, { name = "media-2", prefix = "tmp/" }]
  }
  validation {
    condition     = length(var.settings.buckets) > 0 && var.settings.limits.uploads < local.most
    error_message = "At least one bucket."
  }
}

variable "account" {
  type      = string
  default   = "73398680"
  sensitive = true
  validation {
    condition     = can(regex("^[0-9]+$", var.account))
    error_message = "${var.account} is no account."
  }
}

locals {
  most  = 100
  times = { for n in ["a", "b"] : n => length(var.account) > 3 ? "9d" : "10d" }
}

provider "ks3" {
  allowed_accounts = ["2000093", var.account]
}

rule "r" {
  description = "${var.settings.name}, percent is ${var.settings.limits.percent == null ? "not given" : "given"}, ${jsonencode(var.settings.tags)}, ${issensitive(var.account)}"
  scan {
    buckets  = var.settings.buckets[*].name
    prefixes = toset([for b in var.settings.buckets : b.prefix])
  }
  stale {
    older_than = var.settings.older
    idle_for   = nonsensitive(local.times["a"])
  }
  limits {
    max_uploads = var.settings.limits.uploads
  }
}

variable "quoted" {
  type    = number
  default = 7
  validation {
    condition     = var.quoted > 6
    error_message = "${var.quoted}"
  }
}

rule "quoted" {
  description = "${var.quoted}"
  scan {
    buckets  = ["media"]
    prefixes = ["${var.quoted}", "quoted/"] # WARNING: Prefix without a slash at its end
  }
  stale {
    older_than = "7d"
  }
  precondition {
    condition     = var.quoted > 7 # WARNING: Precondition does not hold | The message of the precondition is: 7
    error_message = "${var.quoted}"
  }
}
