locals {
  a = local.b # ERROR: Local values in a circle [col 3] | local.a -> local.b -> local.c -> local.a
  b = local.c
}

locals {
  c = "${local.a}d"
}

rule "r" {
  scan {
    buckets  = ["media"]
    prefixes = ["raw/"]
  }
  stale {
    older_than = local.a
  }
}
