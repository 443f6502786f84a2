provider "s3" {
  secret_key = "hush" # ERROR: Credentials in a rule file [col 3] | AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY
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
