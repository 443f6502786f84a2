provider "s3" {
  alias = "a"
}

provider "s3" { # ERROR: Duplicate provider [col 1] | address s3.a
  alias = "a"
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
