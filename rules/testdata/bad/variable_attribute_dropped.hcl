variable "holds" {
  type = map(object({
    buckets  = list(string)
    prefixes = optional(list(string), ["nothing/"])
  }))
  default = { # WARNING: Attribute that is dropped [col 13] | the attribute "prefix" in var.holds["a"], whose type does not have it, so that it has no effect. Did you mean "prefixes"?
    a = { buckets = ["media"], prefix = ["raw/legal/"] }
  }
}

variable "list" {
  type    = list(object({ a = optional(object({ b = string })) }))
  default = [{}, { a = { b = "b/", c = "y" } }] # WARNING: Attribute that is dropped [col 13] | the attribute "c" in var.list[1].a
}

variable "any" {
  default = { whatever = { is = "kept" } }
}

variable "secret" {
  type      = object({ a = string })
  default   = { a = "a/", b = "y" }
  sensitive = true
}

protect "holds" {
  for_each = var.holds
  buckets  = each.value.buckets
  prefixes = concat(each.value.prefixes, [var.list[1].a.b, "${var.any.whatever.is}/", nonsensitive(var.secret.a)])
}

rule "r" {
  scan {
    buckets      = ["media"]
    whole_bucket = true
  }
  stale {
    older_than = 7 # ERROR: Wrong type of value [col 18]
  }
}
