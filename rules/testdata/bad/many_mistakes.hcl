offcut {
  minimum_age = 24 # ERROR: Wrong type of value [col 17]
  format      = "1h" # ERROR: Not supported yet [col 3]
}

provider "ks3" {
  adressing = "path" # ERROR: Unsupported argument [col 3]
}

variable "unset" {} # ERROR: No value for a required variable [col 1]

locals {
  later = "${var.unset}d" # no further message: the variable's own is enough
}

rule "one" {
  provider = s3.minio # ERROR: Reference to undeclared provider [col 14]
  timezone = 8        # ERROR: Wrong type of value [col 14]
  schedule = "@daily"

  scan {
    buckets  = ["media"]
    prefixes = ["/raw"] # WARNING: Prefix begins with a slash [col 17] # WARNING: Prefix without a slash at its end [col 17]
  }

  stale {
    older_than = local.later
    idle_for   = "1h" # ERROR: Threshold below the minimum age [col 18]
  }
}
