variable "keep" {
  type    = list(string)
  default = ["^legal/", "*.gz"]
}

variable "by_bucket" {
  type    = map(string)
  default = { media-prod = "^legal/", media-dev = "*.gz" }
}

variable "age" {
  type    = string
  default = "90 days"
}

variable "ages" {
  type    = map(string)
  default = { media-prod = "90 days" }
}

variable "hidden" {
  type      = list(string)
  sensitive = true
  default   = ["*.gz"]
}

rule "loop" {
  scan {
    buckets      = ["media-prod"]
    whole_bucket = true
  }
  stale {
    older_than = "7d"
    where      = alltrue([for p in var.keep : !can(regex(p, upload.key))]) # ERROR: Text that cannot be read [col 52] | "*.gz" is not a regular expression
  }
}

rule "literal" {
  scan {
    buckets      = ["media-prod"]
    whole_bucket = true
  }
  stale {
    older_than = "7d"
    where      = !anytrue([for p in toset(["backups/**", "raw/"]) : can(regexall(p, upload.key)[0])]) # ERROR: Text that cannot be read [col 73] | "backups/**"
  }
}

rule "glob" {
  scan {
    buckets      = ["media-prod"]
    whole_bucket = true
  }
  stale {
    older_than = "7d"
    where      = !anytrue([for p in ["raw/**", "backups/[a-z]*"] : try(glob(p, upload.key), false)]) # ERROR: Text that cannot be read [col 72] | "backups/[a-z]*"
  }
}

rule "index" {
  scan {
    buckets      = ["media-prod"]
    whole_bucket = true
  }
  stale {
    older_than = "7d"
    where      = !can(regex(var.by_bucket[upload.bucket], upload.key)) # ERROR: Text that cannot be read [col 29] | "*.gz"
  }
}

rule "lookup" {
  scan {
    buckets      = ["media-prod"]
    whole_bucket = true
  }
  stale {
    older_than = "7d"
    where      = !can(regex(lookup(var.by_bucket, upload.bucket, "^$"), upload.key)) # ERROR: Text that cannot be read [col 29] | "*.gz"
  }
}

rule "age" {
  scan {
    buckets      = ["media-prod"]
    whole_bucket = true
  }
  stale {
    older_than = "7d"
    where      = upload.age > try(duration(var.age), duration("9d")) # ERROR: Text that cannot be read [col 18] | The duration "90 days"
  }
}

rule "ages" {
  scan {
    buckets      = ["media-prod"]
    whole_bucket = true
  }
  stale {
    older_than = "7d"
    where      = upload.age > try(duration(var.ages[upload.bucket]), duration("30d")) # ERROR: Text that cannot be read [col 44] | "90 days"
  }
}

rule "size" {
  scan {
    buckets      = ["media-prod"]
    whole_bucket = true
  }
  stale {
    older_than = "7d"
    where      = upload.size > try(bytes(join("", ["5 GiB", "s"])), 0) # ERROR: Text that cannot be read [col 36] | "5 GiBs"
  }
}

rule "search" {
  scan {
    buckets      = ["media-prod"]
    whole_bucket = true
  }
  stale {
    older_than = "7d"
    where      = alltrue([for p in var.keep : try(replace(upload.key, "/${p}/", "") == upload.key, true)]) # ERROR: Text that cannot be read [col 51] | "/*.gz/"
  }
}

rule "date" {
  scan {
    buckets      = ["media-prod"]
    whole_bucket = true
  }
  stale {
    older_than = "7d"
    where      = !try(startswith(upload.key, formatdate("YYY", "2026-01-01T00:00:00Z")), false) # ERROR: Text that cannot be read [col 46] | "YYY"
  }
}

rule "hidden" {
  scan {
    buckets      = ["media-prod"]
    whole_bucket = true
  }
  stale {
    older_than = "7d"
    where      = alltrue([for p in var.hidden : !can(regex(p, upload.key))]) # ERROR: Text that cannot be read [col 54] | depends on a sensitive value
  }
}

variable "strict" {
  type    = bool
  default = true
}

rule "switched" {
  scan {
    buckets      = ["media-prod"]
    whole_bucket = true
  }
  stale {
    older_than = "7d"
    where      = (var.strict ? upload.size > 0 : true) && alltrue([for p in var.keep : !can(regex(p, upload.key))]) # ERROR: Text that cannot be read [col 93] | "*.gz"
  }
}
