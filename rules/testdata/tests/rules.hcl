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
