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

variable "several" {
  type = map(object({ days = optional(string), where = optional(object({ size = optional(string) })) }))
  default = { # WARNING: Attribute that is dropped [col 13] | 9 attributes that the type of var.several does not have, so that they have no effect: "day" in var.several["a"], var.several["b"], var.several["c"] and 1 more place (did you mean "days"?); "sise" in var.several["b"].where, var.several["e"].where (did you mean "size"?); "x" in var.several["e"]; and 2 more. Rename or remove them
    a = { day = "7d" }
    b = { day = "7d", where = { sise = "1GiB" } }
    c = { day = "7d" }
    d = { day = "7d" }
    e = { days = "7d", x = 1, where = { sise = "1GiB" }, y = 1, z = 1 }
  }
}

variable "any" {
  default = { whatever = { is = "kept" } }
}

variable "secret" {
  type      = object({ a = string, min = optional(number, 0) })
  default   = { a = "a/", mni = 5 } # WARNING: Attribute that is dropped [col 15] | has 1 attribute that the type of var.secret does not have, so that it has no effect. Which one is not shown, because the value is sensitive. Hold its names
  sensitive = true
}

protect "holds" {
  for_each = var.holds
  buckets  = each.value.buckets
  prefixes = concat(each.value.prefixes, [var.list[1].a.b, var.several["e"].days, "${var.any.whatever.is}/", nonsensitive(var.secret.a)])
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
