variable "x" {
  type    = object({ a = map(number) })
  default = { a = { k = "b" } } # ERROR: Invalid default value [col 13] | .a["k"]: a number is required
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
