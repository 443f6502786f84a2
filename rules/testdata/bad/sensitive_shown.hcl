variable "secret" {
  default   = "media"
  sensitive = true
}

locals {
  made = upper(var.secret)
}

offcut {
  plan_ttl = "${length(var.secret)}h" # ERROR: Sensitive value would be shown [col 14] | the argument "plan_ttl" of an offcut block, and this value is sensitive, because it is made of var.secret.
}

provider "ks3" {
  region   = local.made              # ERROR: Sensitive value would be shown [col 14] | because it is made of local.made.
  endpoint = "https://${var.secret}" # ERROR: Sensitive value would be shown [col 14]
}

rule "r" {
  description = "Of ${var.secret}" # ERROR: Sensitive value would be shown [col 17]
  schedule    = sensitive("@daily") # ERROR: Sensitive value would be shown [col 17] | and this value is sensitive. Use one that is not, or write nonsensitive(...) around it if it may be shown.
  scan {
    buckets  = ["plain", var.secret, lower(local.made)]            # ERROR: Sensitive value would be shown [col 26] | because it is made of var.secret.
    prefixes = [for p in ["raw/"] : "${p}${var.secret}/"]          # ERROR: Sensitive value would be shown [col 16]
    exclude  = var.secret == "x" ? ["a/**"] : ["b/**"]             # ERROR: Sensitive value would be shown [col 16]
  }
  stale {
    older_than = var.secret == null ? "7d" : "8d" # ERROR: Sensitive value would be shown [col 18]
    idle_for   = nonsensitive(var.secret == "media" ? "2d" : "3d")
  }
  limits {
    max_uploads = length(var.secret) # ERROR: Sensitive value would be shown [col 19]
  }
}

protect "p" {
  buckets  = [var.secret]          # ERROR: Sensitive value would be shown [col 15]
  prefixes = ["legal/"]
  reason   = "Case ${var.secret}"  # ERROR: Sensitive value would be shown [col 14]
}
