# What is declared and never used.
variable "unused" { # WARNING: Unused variable [col 1] | refers to var.unused, so its value has no effect
  default = 1
}

variable "validated" {
  default = 1
  validation {
    condition     = var.validated > 0 && var.other > 0
    error_message = "Too small."
  }
}

variable "other" {
  default = 1
}

variable "described" {
  default = "b"
}

locals {
  a = 1
  b = local.a # WARNING: Unused local value [col 3] | refers to local.b
  c = "7d"
}

provider "ks3" { # WARNING: Unused provider [col 1] | No rule works with ks3, so nothing is asked of it
}

provider "s3" {
  alias = "a"
}

provider "s3" { # WARNING: Unused provider [col 1] | Name it in a rule, as in provider = s3.b, or remove the block.
  alias = var.described
}

rule "r" {
  provider = s3.a
  scan {
    buckets  = ["media"]
    prefixes = ["raw/"]
  }
  stale {
    older_than = local.c
  }
}
