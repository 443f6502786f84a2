offcut "x" { # ERROR: Wrong number of labels [col 1] | An offcut block is written offcut { ... }, but between type and brace this one has 1 label instead of 0.
}

rule "r" {
  provider = ks3
  scan {
    buckets  = ["media"]
    prefixes = ["raw/"]
  }
  stale {
    older_than = "7d"
  }
}
