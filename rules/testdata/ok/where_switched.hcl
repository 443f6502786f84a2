# What variables switch off is no mistake, and needs no warning.
variable "owner" {
  type    = string
  default = null
}

variable "owners" {
  type    = list(string)
  default = []
}

variable "idle" {
  type    = string
  default = ""
}

variable "pattern" {
  type    = string
  default = null
}

variable "areas" {
  type = map(object({ prefix = string, exclude = optional(list(string)), enabled = optional(bool), max = optional(number) }))
  default = {
    raw = { prefix = "raw/" }
  }
}

rule "null" {
  scan {
    buckets  = ["media"]
    prefixes = ["null/"]
  }
  stale {
    older_than = "7d"
    where      = var.owner == null ? true : upload.owner == base64encode(var.owner)
  }
}

rule "empty" {
  scan {
    buckets  = ["media"]
    prefixes = ["empty/"]
  }
  stale {
    older_than = "7d"
    where      = var.owners == null || length(var.owners) == 0 || contains([for o in var.owners : base64encode(o)], upload.owner)
  }
}

rule "text" {
  scan {
    buckets  = ["media"]
    prefixes = ["text/"]
  }
  stale {
    older_than = "7d"
    where      = (var.idle == "" ? true : upload.idle > duration(var.idle)) && (var.pattern == null || can(regex(var.pattern, upload.key)))
  }
}

rule "told" {
  scan {
    buckets  = ["media"]
    prefixes = ["told/"]
  }
  stale {
    older_than = "7d"
    where      = upload.owner != null
  }
}

rule "area" {
  for_each = var.areas
  enabled  = each.value.enabled
  scan {
    buckets  = ["media"]
    prefixes = [each.value.prefix]
    exclude  = try(each.value.exclude, null)
  }
  stale {
    older_than = "7d"
  }
  limits {
    max_uploads = each.value.max
  }
}

protect "legal" {
  buckets = ["*"]
  keys    = ["*/legal/**"]
}

variable "narrow" {
  type    = object({ to = optional(bool) })
  default = {}
}

rule "narrowed" {
  scan {
    buckets  = ["media"]
    prefixes = ["narrowed/"]
  }
  stale {
    older_than = "7d"
    where      = var.narrow.to # WARNING: Condition that is null [col 18] | it narrows nothing
  }
}

variable "keep" {
  type    = list(string)
  default = []
}

variable "weights" {
  type    = map(number)
  default = {}
}

variable "least" {
  default = 0
}

variable "begins" {
  default = ""
}

variable "shape" {
  default = "**"
}

locals {
  kept  = concat(var.keep, [])
  lines = compact([trimspace(var.begins)])
}

rule "lists" {
  scan {
    buckets  = ["media"]
    prefixes = ["lists/"]
  }
  stale {
    older_than = "7d"
    where = (
      upload.size > 0 && alltrue([for g in var.keep : !glob(g, upload.key)])
      && !anytrue([for g in local.kept : startswith(upload.key, g)])
      && alltrue([for name, n in var.weights : upload.size > n])
      && !contains(var.keep, upload.bucket) && !contains(local.lines, upload.key)
    )
  }
}

rule "list_alone" {
  scan {
    buckets  = ["media"]
    prefixes = ["list_alone/"]
  }
  stale {
    older_than = "7d"
    where      = !contains(var.keep, upload.bucket)
  }
}

rule "neutral" {
  scan {
    buckets  = ["media"]
    prefixes = ["neutral/"]
  }
  stale {
    older_than = "7d"
    where      = upload.size >= var.least && startswith(upload.key, var.begins) && glob(var.shape, upload.key)
  }
}

rule "neutral_alone" {
  scan {
    buckets  = ["media"]
    prefixes = ["neutral_alone/"]
  }
  stale {
    older_than = "7d"
    where      = upload.size >= var.least
  }
}
