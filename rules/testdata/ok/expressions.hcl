# Locals in any order and several blocks, functions, conditions, loops.
locals {
  days   = local.strict ? 2 : 14
  strict = contains(keys(local.teams), "video")
}

locals {
  teams = {
    video = { bucket = "video", quota = bytes("2GiB") }
    audio = { bucket = "audio", quota = bytes("1GiB") }
  }
  quota    = max([for t in local.teams : t.quota]...)
  prefixes = toset(["b/", "a/", "b/"])
}

variable "extra" {
  type = object({
    bucket = optional(string, "extra")
    days   = optional(number)
  })
  default = {}
}

rule "teams" {
  description = <<-EOT
    Buckets of ${length(local.teams)} teams
  EOT
  scan {
    buckets  = concat([for t in local.teams : t.bucket], [var.extra.bucket])
    prefixes = local.prefixes
    exclude  = [for p in local.prefixes : "${p}keep/**" if startswith(p, "a")]
  }
  stale {
    older_than = "${local.days}d"
    idle_for   = duration("1d12h") > duration("1d") ? "36h" : "24h"
  }
  limits {
    max_uploads = ceil(local.quota / bytes("1MiB"))
    max_percent = try(var.extra.percent, 50)
  }
}
