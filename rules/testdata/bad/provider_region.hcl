provider "ks3" {
  region   = "BEIJIN" # ERROR: Unknown region [col 14] | KS3 has no region "BEIJIN". Did you mean "BEIJING"? Its regions are "BEIJING", "GOV_BEIJING" and "SHANGHAI". For another one, or for a gateway, write its endpoint too.
  endpoint = null
}

provider "ks3" {
  alias  = "any_case"
  region = "gov-beijing"
}

provider "ks3" {
  alias    = "gateway"
  region   = "inhouse"
  endpoint = "https://ks3.example.org"
}

provider "s3" {
  alias  = "aws"
  region = "eu-central-1"
}

rule "a" {
  provider = ks3
  scan {
    buckets  = ["media"]
    prefixes = ["raw/"]
  }
  stale {
    older_than = "7d"
  }
}

rule "b" {
  provider = ks3.any_case
  scan {
    buckets  = ["media"]
    prefixes = ["raw/"]
  }
  stale {
    older_than = "7d"
  }
}

rule "c" {
  provider = ks3.gateway
  scan {
    buckets  = ["media"]
    prefixes = ["raw/"]
  }
  stale {
    older_than = "7d"
  }
}

rule "d" {
  provider = s3.aws
  scan {
    buckets  = ["media"]
    prefixes = ["raw/"]
  }
  stale {
    older_than = "7d"
  }
}
