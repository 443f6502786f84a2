provider "ks3" {}

provider "ks3" { # ERROR: Duplicate provider [col 1] | already declared at main.hcl:1
  region = "BEIJING"
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
