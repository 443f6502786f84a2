# Two accounts on KS3, and a MinIO of our own. Each provider has an address, its kind
# or kind and alias, and each rule names one.
#
# The keys of ks3 come from KS3_ACCESS_KEY_ID and KS3_ACCESS_KEY_SECRET, and those of
# s3 from where the AWS tools look. allowed_accounts makes sure that they are the ones
# of the right account: a bucket of another owner is not looked at.

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
