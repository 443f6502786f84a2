variable "x" {
  type    = list(number)
  default = [1, "b"] # ERROR: Invalid default value [col 13] | [1]: a number is required
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
