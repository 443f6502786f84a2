variable "keep" {
  type    = list(object({ bucket = optional(string), prefix = string, more = optional(map(string)) }))
  default = [{ prefix = "legal/", more = { any = "x" } }]
}

variable "by_bucket" {
  type    = map(object({ prefix = string }))
  default = {}
}

variable "ages" {
  type    = map(string)
  default = { media = "30d" }
}

variable "loose" {
  default = [{ prefix = "legal/" }, { bucket = "media", prefixes = ["a/"] }, "raw/"]
}

variable "open" {
  type    = any
  default = { prefix = "legal/" }
}

variable "data" {
  default = "{\"prefix\": \"legal/\"}"
}

locals {
  data = jsondecode(var.data)
  ages = { media-prod = "30d" }
}

rule "keep" {
  scan {
    buckets  = ["media"]
    prefixes = ["raw/"]
  }
  stale {
    older_than = "7d"
    where = (
      alltrue([for k in var.keep : try(k.bucket, null) == null || !startswith(upload.key, k.prefix)])
      && alltrue([for k in var.keep : !startswith(upload.key, try(k.more.any, k.more["thing"], "-"))])
      && alltrue([for k in var.keep : !startswith(upload.key, lookup(k.more == null ? {} : k.more, "any", "-"))])
      && !startswith(upload.key, try(var.by_bucket[upload.bucket].prefix, "-"))
      && !startswith(upload.key, try(var.by_bucket.other.prefix, "-"))
      && upload.age > duration(lookup(var.ages, "meda", "30d"))
      && upload.age > duration(try(var.ages.meda, "30d"))
      && upload.age > duration(try(local.ages["media-dev"], "30d"))
      && upload.age > duration(lookup(local.ages, "media-dev", "30d"))
      && alltrue([for k in var.loose : !startswith(upload.key, try(k.prefix, "-"))])
      && alltrue([for k in var.loose : !startswith(upload.key, try(k.days, "-"))])
      && alltrue([for o in [{ a = 1 }, { b = 2 }] : upload.size > try(o.a, o.b)])
      && alltrue([for o in [{ prefixes = ["a/"] }] : !startswith(upload.key, try(o.prefix, o.prefixes[0]))])
      && !startswith(upload.key, try(var.open.suffixes, "-"))
      && !startswith(upload.key, try(local.data.owner, "-"))
      && alltrue([for k in var.keep : alltrue([for k in try(values(k.more), []) : !startswith(upload.key, k)])])
    )
  }
}
