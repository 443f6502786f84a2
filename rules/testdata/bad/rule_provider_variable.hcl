variable "p" {
  default = "ks3"
}

rule "r" {
  provider = var.p # ERROR: Invalid provider reference [col 14] | never by a value such as var.p
  scan {
    buckets  = ["media"]
    prefixes = ["raw/"]
  }
  stale {
    older_than = "7d"
  }
}
