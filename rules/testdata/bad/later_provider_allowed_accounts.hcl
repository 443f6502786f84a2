provider "ks3" {
  allowed_accounts = "x" # ERROR: Not supported yet [col 3] | "allowed_accounts"
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
