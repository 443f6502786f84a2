offcut {
  colour = 1 # ERROR: Unsupported argument [col 3] | in an offcut block
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
