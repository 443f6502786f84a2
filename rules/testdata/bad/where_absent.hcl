variable "keep" {
  type    = list(object({ bucket = optional(string), prefix = string }))
  default = [{ prefix = "legal/" }]
}

variable "by_bucket" {
  type    = map(object({ prefix = string }))
  default = { media-prod = { prefix = "legal/" } }
}

variable "loose" {
  default = [{ prefix = "legal/" }, { bucket = "media-prod" }]
}

rule "absent" {
  scan {
    buckets      = ["media-prod"]
    whole_bucket = true
  }
  stale {
    older_than = "7d"
    where = (
      alltrue([for k in var.keep : !startswith(upload.key, try(k.prefx, "-"))]) # ERROR: Unsupported attribute [col 65] | k has no attribute "prefx". Did you mean "prefix"?
      && alltrue([for k in var.keep : !startswith(upload.key, lookup(k, "prefx", "-"))]) # ERROR: Unsupported attribute [col 73] | k has no attribute "prefx".
      && !startswith(upload.key, try(var.keep[0].prefx, "-")) # ERROR: Unsupported attribute [col 49]
      && !contains([for k in var.keep : try(k.owner, "")], upload.key) # ERROR: Unsupported attribute [col 46]
      && length([for p in try(var.keep[*].prefx, []) : p if startswith(upload.key, p)]) == 0 # ERROR: Unsupported attribute [col 42]
      && alltrue([for k in var.keep : try(!startswith(upload.key, k.prefx), true)]) # ERROR: Unsupported attribute [col 68]
      && !startswith(upload.key, try(var.by_bucket[upload.bucket].prefx, "-")) # ERROR: Unsupported attribute [col 66]
      && alltrue([for name, k in var.by_bucket : !can(regex(k.prefx, upload.key))]) # ERROR: Unsupported attribute [col 62]
      && alltrue([for k in var.loose : !startswith(upload.key, try(k.prefx, "-"))]) # ERROR: Unsupported attribute [col 69]
      && alltrue([for k in concat(var.keep, var.keep) : !startswith(upload.key, try(k.prefx, "-"))]) # ERROR: Unsupported attribute [col 86]
      && alltrue([for k in [{ prefix = "legal/" }] : !startswith(upload.key, try(k.prefx, "-"))]) # ERROR: Unsupported attribute [col 83]
    )
  }
}
