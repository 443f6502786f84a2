# Conditions over upload, and those that never change.
variable "floor" {
  default = "1024"
}

variable "none" {
  type    = bool
  default = null
}

rule "conditions" {
  scan {
    buckets  = ["media"]
    prefixes = ["raw/"]
  }
  stale {
    older_than = "7d"
    where = (
      upload.size >= tonumber(var.floor) || # what is small is left
      upload.storage_class == "ARCHIVE"
    )
  }
}

rule "number_in_quotes" {
  scan {
    buckets  = ["media"]
    prefixes = ["raw/2/"]
  }
  stale {
    older_than = "7d"
    where      = upload.size >= var.floor
  }
}

rule "null" {
  scan {
    buckets  = ["media"]
    prefixes = ["raw/3/"]
  }
  stale {
    older_than = "7d"
    where      = var.none # WARNING: Condition that is null [col 18] | counts as not written
  }
}

rule "null_chosen" {
  scan {
    buckets  = ["media"]
    prefixes = ["raw/4/"]
  }
  stale {
    older_than = "7d"
    where      = var.none == null ? null : upload.size > 0
  }
}

rule "always" {
  scan {
    buckets  = ["media"]
    prefixes = ["raw/5/"]
  }
  stale {
    older_than = "7d"
    where      = upload.owner != null # WARNING: Condition that never changes [col 18] | This is always true, so that it takes no upload out of the rule.
  }
}

rule "never" {
  scan {
    buckets  = ["media"]
    prefixes = ["raw/6/"]
  }
  stale {
    older_than = "7d"
    where      = upload.owner == null # WARNING: Condition that never changes [col 18] | This is always false, so that the rule keeps every upload.
  }
}

rule "constant" {
  scan {
    buckets  = ["media"]
    prefixes = ["raw/7/"]
  }
  stale {
    older_than = "7d"
    where      = var.floor == "1024" # WARNING: Condition that never changes [col 18] | This is always true
  }
}

rule "accounts" {
  scan {
    buckets  = ["media"]
    prefixes = ["raw/accounts/"]
  }
  stale {
    older_than = "7d"
    where = (
      upload.owner != "73398334"                       # WARNING: Account that is not in Base64 [col 23] | base64encode
      && !contains(["robot", "7"], upload.initiator)   # WARNING: Account that is not in Base64 [col 20] | upload.initiator is what the store tells
      && upload.owner != base64encode("73398334")
      && upload.key != "7"
    )
  }
}
