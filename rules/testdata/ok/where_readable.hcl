variable "patterns" {
  type = list(object({ kind = string, text = string }))
  default = [
    { kind = "glob", text = "backups/**" },
    { kind = "regex", text = "^legal/[a-z]*" },
    { kind = "age", text = "30d" },
  ]
}

variable "retention" {
  type    = map(string)
  default = { media = "30d", logs = "" }
}

variable "unset" {
  type    = string
  default = null
}

rule "patterns" {
  scan {
    buckets  = ["media"]
    prefixes = ["raw/patterns/"]
  }
  stale {
    older_than = "7d"
    where = (
      !can(regex("^keep/", upload.key))
      && alltrue([for p in var.patterns : p.kind != "regex" || !can(regex(p.text, upload.key))])
      && alltrue([for p in var.patterns : p.kind == "glob" ? !try(glob(p.text, upload.key), false) : true])
      && alltrue([for p in var.patterns : p.kind == "regex" ? !can(regex(p.text, upload.key)) : p.kind == "glob" ? !glob(p.text, upload.key) : true])
      && alltrue([for p in var.patterns : !can(regex(p.text, upload.key)) if p.kind == "regex"])
      && alltrue([for p in ["^a/[0-9]", "b/**"] : !(startswith(p, "^") ? can(regex(p, upload.key)) : glob(p, upload.key))])
      && upload.age > try(duration(var.unset), duration("9d"))
      && upload.age > try(duration(var.retention[upload.bucket]), duration("30d"))
      && upload.age > try(duration(lookup(var.retention, upload.bucket, "")), duration("30d"))
      && upload.size > try(bytes(lookup(var.retention, "none", null)), 0)
      && (can(regex("/[0-9]+d/", upload.key)) ? upload.age > duration(split("/", upload.key)[2]) : true)
    )
  }
}

variable "begins" {
  default = "raw/"
}

rule "unfailing" {
  scan {
    buckets  = ["media"]
    prefixes = ["raw/unfailing/"]
  }
  stale {
    older_than = "7d"
    where = (
      upload.size > 0
      && can(startswith(upload.key, "raw/")) # WARNING: Term that never changes | This is always true
      && (upload.parts > 1 || !can(regexall("^raw/", upload.key))) # WARNING: Term that never changes | This is always false
      && length(regexall("^raw/", upload.key)) >= 0 # WARNING: Term that never changes | length(...) > 0 asks whether there is something.
      && can(lower(upload.key) == "x" || endswith(upload.key, "y")) # WARNING: Term that never changes | without can(...)
      && can(regex("^raw/", upload.key))
      && can(startswith(upload.key, var.begins))
      && can(split("/", upload.key)[3])
      && can(tonumber(upload.key))
      && can(startswith(upload.owner, "raw/"))
      && can(jsondecode(upload.key))
      && length(regexall("^raw/", upload.key)) > 0
      && length(split("/", upload.key)) >= 3
      && length(regexall("^raw/", upload.key)) == 0
      && alltrue([for p in var.patterns : can(startswith(upload.key, p.text))])
    )
  }
}

rule "unfailing_alone" {
  scan {
    buckets  = ["media"]
    prefixes = ["raw/unfailing_alone/"]
  }
  stale {
    older_than = "7d"
    where      = can(startswith(upload.key, "raw/")) # WARNING: Condition that never changes | write what stands in it, without can(...).
  }
}

rule "unfailing_loop" {
  scan {
    buckets  = ["media"]
    prefixes = ["raw/unfailing_loop/"]
  }
  stale {
    older_than = "7d"
    where      = length(regexall("^raw/", upload.key)) >= 0 # WARNING: Condition that never changes
  }
}
