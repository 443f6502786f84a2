locals {
  holds = {
    legal   = "raw/legal/"
    press   = "raw/press/"
    "legal" = "raw/cam-01/" # ERROR: Key given twice [col 5] | the key "legal" at line 3 already
    (1)     = "a/"
    1       = "b/" # ERROR: Key given twice [col 5] | Remove one of them
  }
  nested = [for h in ["x"] : {
    (h) = 1
    (h) = 2
    a   = 1
    a   = 2 # ERROR: Key given twice [col 5]
  }]
}

rule "r" {
  for_each = { raw = "30d", raw = "7d" } # ERROR: Key given twice [col 29]
  scan {
    buckets  = ["media"]
    prefixes = ["${each.key}/", local.holds.legal, "${local.nested[0].a}/"]
  }
  stale {
    older_than = each.value
  }
}
