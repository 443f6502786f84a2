# Values from outside, and what may be given for them.
#
#   offcut plan -var 'stale_after=14d' examples/variables-and-validation
#   offcut plan -var 'stale_after=2d'  examples/variables-and-validation    is refused
#
# A wrong value is told before anything is asked of the store, with what is wrong.

variable "stale_after" {
  description = "How old an upload must be before it is looked at"
  type        = string
  default     = "7d"

  validation {
    condition     = can(duration(var.stale_after))
    error_message = "stale_after must be a duration such as \"7d\" or \"36h\"."
  }

  # can() leaves what is no duration to the validation above.
  validation {
    condition     = !can(duration(var.stale_after)) || duration(var.stale_after) >= duration("3d")
    error_message = "The slowest site needs two days for one upload, so less than \"3d\" would abort work."
  }
}

variable "sites" {
  description = "Sites that upload, with the prefix of each"
  type = map(object({
    prefix = string
    quota  = optional(number, 500)
  }))

  default = {
    beijing  = { prefix = "bj/" }
    shanghai = { prefix = "sh/", quota = 2000 }
  }

  validation {
    condition     = length([for site in values(var.sites) : site if !endswith(site.prefix, "/")]) == 0
    error_message = "A prefix without a slash at its end also covers longer names."
  }
}

# Sensitive: it is used, and shown nowhere: "(sensitive value)".
variable "account" {
  description = "The only account whose buckets may be looked at"
  type        = string
  default     = "73398334"
  sensitive   = true
}

provider "ks3" {
  region           = "BEIJING"
  allowed_accounts = [var.account]
}

rule "sites" {
  description = "Abandoned uploads of all sites"

  scan {
    buckets  = ["ingest"]
    prefixes = [for site in values(var.sites) : site.prefix]
  }

  stale {
    older_than = var.stale_after
  }

  limits {
    max_uploads = max([for site in values(var.sites) : site.quota]...)
  }
}
