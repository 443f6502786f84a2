provider "ks3" {
  access_key_id     = "AKLTabc" # ERROR: Credentials in a rule file [col 3] | KS3_ACCESS_KEY_ID and KS3_ACCESS_KEY_SECRET
  access_key_secret = "hush"    # ERROR: Credentials in a rule file [col 3]
  Password          = "hush"    # ERROR: Credentials in a rule file [col 3]
  session_token     = "hush"    # ERROR: Credentials in a rule file [col 3]
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
