variable "x" {
  default   = "a"
  sensitive = "yes" # ERROR: Wrong type of value [col 15] | The argument "sensitive" needs true or false
}

variable "y" {
  default   = "a"
  sensitive = var.x == "a" # ERROR: Variables not allowed [col 15] | sensitive of variable "y" must be a constant
}

rule "r" {
  scan {
    buckets  = ["media"]
    prefixes = ["raw/"]
  }
  stale {
    older_than = "7d"
  }
}
