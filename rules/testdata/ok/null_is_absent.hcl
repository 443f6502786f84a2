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
    max_bytes           = var.limit
    max_failures        = null
    max_changed_percent = null
  }
}
