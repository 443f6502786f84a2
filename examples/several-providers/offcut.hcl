# Three providers in one rule set: two regions of KS3 under one account, and a MinIO of
# our own. Each has an address, its kind or kind and alias, and each rule names one.
#
# Both ks3 providers have the keys of KS3_ACCESS_KEY_ID and KS3_ACCESS_KEY_SECRET, and
# every s3 provider those that the AWS tools find. allowed_accounts makes sure that they
# are of the right account: a bucket of another owner is not looked at.
#
# So a run knows one account of KS3. For two, write a directory of rules for each, with
# its own allowed_accounts and with the protects that hold for both, and run offcut for
# each with that account's keys and a data directory of its own:
#
#   KS3_ACCESS_KEY_ID=... KS3_ACCESS_KEY_SECRET=... offcut plan -data-dir .offcut-a rules-a
#   KS3_ACCESS_KEY_ID=... KS3_ACCESS_KEY_SECRET=... offcut plan -data-dir .offcut-b rules-b

provider "ks3" {
  region           = "BEIJING"
  allowed_accounts = ["73398334"]
}

provider "ks3" {
  alias            = "shanghai"
  region           = "SHANGHAI"
  allowed_accounts = ["73398334"]

  requests_per_second = 20
}

provider "s3" {
  alias      = "minio"
  endpoint   = "https://minio.example.com:9000"
  region     = "us-east-1"
  addressing = "path"
}

rule "beijing" {
  provider = ks3

  scan {
    buckets  = ["media-bj"]
    prefixes = ["raw/"]
  }

  stale {
    older_than = "7d"
  }
}

rule "shanghai" {
  provider = ks3.shanghai

  scan {
    buckets  = ["media-sh"]
    prefixes = ["raw/"]
  }

  stale {
    older_than = "7d"
  }
}

rule "minio" {
  provider = s3.minio

  scan {
    buckets      = ["media-bj"] # a bucket of the same name, on another store
    whole_bucket = true
  }

  stale {
    older_than = "30d"
  }
}
