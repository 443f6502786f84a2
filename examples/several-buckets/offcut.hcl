# Several buckets under one rule, with what may change kept in variables.

provider "ks3" {
  region = "SHANGHAI"
}

# Later ones win: the default here, OFFCUT_VAR_stale_after, offcut.vars.hcl (beside
# this file), *.auto.vars.hcl, -var-file, -var.
variable "stale_after" {
  description = "How old an upload must be"
  type        = string
  default     = "10d"
}

variable "teams" {
  description = "Teams with an ingest bucket of their own"
  type        = list(string)
}

locals {
  # team "maps" has the bucket ingest-maps
  ingest_buckets = formatlist("ingest-%s", var.teams)
  scratch        = ["tmp/", "upload/"]
}

rule "ingest" {
  description = "Abandoned uploads in the ingest bucket of every team"

  scan {
    buckets  = local.ingest_buckets
    prefixes = local.scratch
  }

  stale {
    older_than = var.stale_after
  }
}

# Where the prefixes of two rules cover a key, the longest one decides. So this
# rule, and not the one above, decides about tmp/render/ of the maps team: it
# gives long renderings the time they need.
rule "render" {
  description = "Renderings may take a month"

  scan {
    buckets  = ["ingest-maps"]
    prefixes = ["tmp/render/"]
  }

  stale {
    older_than = "30d"
    idle_for   = "7d"
  }
}
