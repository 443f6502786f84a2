# A block that is written out only where it is wanted. Here one table says which
# bucket may lose how much in one run; what has no entry has the defaults.

locals {
  buckets = {
    camera-ingest = { older_than = "7d", most = { uploads = 2000, bytes = "1TiB" } }
    backups       = { older_than = "30d", most = { uploads = 20, bytes = "10TiB" } }
    scratch       = { older_than = "2d" }
  }
}

provider "ks3" {
  region = "BEIJING"
}

rule "bucket" {
  for_each = local.buckets

  scan {
    buckets      = [each.key]
    whole_bucket = true
  }

  stale {
    older_than = each.value.older_than
  }

  dynamic "limits" {
    for_each = try([each.value.most], [])

    content {
      max_uploads = limits.value.uploads
      max_bytes   = limits.value.bytes
      max_percent = 60
    }
  }
}
