# The rules that the tests in this directory are about.

variable "stale_after" {
  type    = string
  default = "7d"

  validation {
    condition     = duration(var.stale_after) >= duration("2d")
    error_message = "Two days are the least."
  }
}

provider "ks3" {
  region = "BEIJING"
}

variable "window" {
  type    = string
  default = "closed"
}

rule "media" {
  scan {
    buckets  = ["media-prod"]
    prefixes = ["raw/", "tmp/"]
    exclude  = ["raw/keep/**"]
  }

  stale {
    older_than   = var.stale_after
    idle_for     = "2d"
    max_lifetime = "60d"
  }
}

protect "legal" {
  buckets  = ["media-*"]
  prefixes = ["raw/legal/"]
}

rule "backups" {
  for_each = { daily = "14d", yearly = "60d" }

  precondition {
    condition     = var.window == "closed" || each.key == "daily"
    error_message = "Yearly backups are being written."
  }

  scan {
    buckets  = ["backups"]
    prefixes = ["${each.key}/"]
  }

  stale {
    older_than = each.value
  }
}

check "leak" {
  assert {
    condition     = plan.abort.bytes < bytes("1GiB")
    error_message = "More than 1 GiB leaked."
  }
}
