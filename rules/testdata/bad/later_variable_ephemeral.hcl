variable "x" {
  type      = string
  default   = "a"
  ephemeral = true # ERROR: Not supported yet [col 3] | The argument "ephemeral" of variable blocks is not supported
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
