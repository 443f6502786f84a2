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
