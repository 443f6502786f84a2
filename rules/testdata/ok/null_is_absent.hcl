# null is as good as leaving an argument out.
variable "limit" {
  type    = string
  default = null
}

provider "ks3" {
  region = null
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
    max_bytes = var.limit
  }
}
