# A precondition stops its rule before the first abort where something does not hold
# that the rule relies on; other rules go on. The plan shows what would have been done.
# A check looks at the whole plan and warns; it stops nothing.

variable "restore_running" {
  description = "Set by the pipeline while backups are restored"
  type        = bool
  default     = false
}

variable "stale_after" {
  type    = string
  default = "14d"
}

provider "ks3" {
  region = "BEIJING"
}

rule "backups" {
  description = "Backups that never finished"

  precondition {
    condition     = !var.restore_running
    error_message = "Backups are being restored: wait until restore_running is false."
  }

  precondition {
    condition     = duration(var.stale_after) >= duration("7d")
    error_message = "A backup may take six days over the slow line."
  }

  scan {
    buckets      = ["backups"]
    whole_bucket = true
  }

  stale {
    older_than = var.stale_after
    idle_for   = "3d"
  }
}

rule "scratch" {
  scan {
    buckets      = ["scratch"]
    whole_bucket = true
  }

  stale {
    older_than = "2d"
  }
}

check "leak" {
  assert {
    condition     = plan.abort.bytes < bytes("1TiB")
    error_message = "${plan.abort.uploads} uploads leaked more than 1 TiB since the last run: find out who leaves them."
  }

  assert {
    condition     = plan.scopes.failed == 0
    error_message = "Not every bucket could be listed."
  }
}
