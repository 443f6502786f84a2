rule "r" {
  scan {
    buckets  = ["media"]
    prefixes = ["raw/", "ks3://media/raw/"] # ERROR: Prefix is a URL [col 25] | write "raw/".
    exclude  = ["KS3://media/raw/keep/**"]  # ERROR: Glob is a URL [col 17] | write "raw/keep/**".
  }
  stale {
    older_than = "7d"
  }
}

protect "legal" {
  buckets  = ["media"]
  prefixes = ["s3://media/raw/legal/"] # ERROR: Prefix is a URL [col 15] | write "raw/legal/".
}
