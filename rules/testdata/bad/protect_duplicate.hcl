protect "p" {
  buckets      = ["media"]
  whole_bucket = true
}

protect "p" { # ERROR: Duplicate protect [col 1] | main.hcl:1
  buckets      = ["media"]
  whole_bucket = true
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
