variable "stale_after" {
  default = "7d"
}

rule "r" {
  scan {
    buckets  = ["media"]
    prefixes = ["raw/"]
  }
  stale {
    older_than = var.stale_aftr # ERROR: Reference to undeclared variable [col 18] | Did you mean "stale_after"?
  }
}
