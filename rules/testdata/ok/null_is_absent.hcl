# null is as good as leaving an argument out.
variable "limit" {
  type    = string
  default = null
}

offcut {
  plan_ttl  = null
  retention = null
  limits {
    max_uploads = null
  }
  confirm_above {
    uploads = null
    bytes   = null
  }
}

provider "ks3" {
  region           = null
  allowed_accounts = null
  check_completed  = null
}

rule "raw" {
  provider = ks3
  schedule = null
  mode     = null
  scan {
    buckets      = ["media"]
    prefixes     = ["raw/"]
    whole_bucket = null
    exclude      = null
  }
  stale {
    older_than   = "7d"
    idle_for     = null
    max_lifetime = null
  }
  limits {
    max_bytes           = var.limit # WARNING: Argument that is null [col 27] | counts as not written, so that nothing limits it.
    max_percent         = var.limit == null ? null : 50
    max_failures        = null
    max_changed_percent = null
  }
}

provider "s3" {
  alias            = "null"
  allowed_accounts = var.limit # WARNING: Argument that is null [col 22] | so that the buckets of every account are looked at.
}

variable "excludes" {
  type    = object({ exclude = optional(list(string)) })
  default = {}
}

rule "values" {
  provider = s3.null
  enabled  = var.limit # WARNING: Argument that is null [col 14] | so that the rule acts.
  scan {
    buckets  = ["media"]
    prefixes = ["raw/"]
    exclude  = var.excludes.exclude
  }
  stale {
    older_than = "7d"
  }
  limits {
    max_uploads = var.limit # WARNING: Argument that is null [col 19] | so that its default holds.
  }
}
