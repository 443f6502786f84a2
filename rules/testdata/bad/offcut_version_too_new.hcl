offcut {
  required_version = ">= 0.1, < 0.2, != 0.1.0" # ERROR: Unsupported version of offcut [col 22] | but this is 0.1.0
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
