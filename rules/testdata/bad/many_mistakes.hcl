offcut {
  minimum_age = 24 # ERROR: Wrong type of value
  format      = "1h" # ERROR: Not supported yet
}

provider "ks3" {
  adressing = "path" # ERROR: Unsupported argument
}

variable "unset" {} # ERROR: No value for a required variable

locals {
  later = "${var.unset}d" # no further message: the variable's own is enough
}

rule "one" {
  provider = s3.minio # ERROR: Reference to undeclared provider
  timezone = 8        # ERROR: Wrong type of value
  schedule = "@daily"

  scan {
    buckets  = ["media"]
    prefixes = ["/raw"] # WARNING: Prefix begins with a slash # WARNING: Prefix without a slash at its end
  }

  stale {
    older_than = local.later
    idle_for   = "1h" # ERROR: Threshold below the minimum age
  }
}
