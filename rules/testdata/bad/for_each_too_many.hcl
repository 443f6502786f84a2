rule "few" {
  for_each = toset(["a"])
  scan {
    buckets  = ["media"]
    prefixes = ["tmp/"]
  }
  stale {
    older_than = "7d"
  }
}
rule "many" {
  for_each = { for p in setproduct(range(100), range(100)) : "${p[0]}-${p[1]}" => 1 } # ERROR: Invalid for_each [col 14] | This makes 10000, and with what stands before it more than 10000
  scan {
    buckets  = ["media"]
    prefixes = ["raw/"]
  }
  stale {
    older_than = "7d"
  }
}
