# Comparisons that together never change, whatever the upload is.
variable "prod" {
  default = "media-prod"
}

variable "dev" {
  default = "media-dev"
}

locals {
  archive = "ARCHIVE"
}

rule "all_of_them" {
  scan {
    buckets  = ["media"]
    prefixes = ["all_of_them/"]
  }
  stale {
    older_than = "7d"
    where      = upload.bucket != "media-prod" || upload.bucket != "media-dev" # WARNING: Condition that never changes | upload.bucket always differs from one of two values, so that this is always true. Write && between
  }
}

rule "none_of_them" {
  scan {
    buckets  = ["media"]
    prefixes = ["none_of_them/"]
  }
  stale {
    older_than = "7d"
    where      = upload.bucket == "media-prod" && upload.bucket == "media-dev" # WARNING: Condition that never changes | Write || between its values, or contains([...], upload.bucket).
  }
}

rule "nothing_in_it" {
  scan {
    buckets  = ["media"]
    prefixes = ["nothing_in_it/"]
  }
  stale {
    older_than = "7d"
    where      = !contains([], upload.bucket) # WARNING: Condition that never changes | always true
  }
}

rule "terms" {
  scan {
    buckets  = ["media"]
    prefixes = ["terms/"]
  }
  stale {
    older_than = "7d"
    where = (
      upload.size > 1024
      && (upload.storage_class != local.archive || upload.storage_class != "STANDARD") # WARNING: Term that never changes | upload.storage_class
      && (upload.key != "a" || upload.size > 2048 || !(upload.key == "b")) # WARNING: Term that never changes | upload.key
      && !(upload.owner == base64encode("7") && upload.owner == base64encode("8")) # WARNING: Term that never changes | always false
      && (!(upload.id == "a" && upload.id == "b") || upload.parts > 7) # WARNING: Term that never changes | always true
      && (!contains(["a", "b"], upload.key) || !contains(["c"], upload.key)) # WARNING: Term that never changes
      && (upload.bucket != var.prod || upload.bucket != var.dev) # WARNING: Term that never changes
      && (upload.parts == 7 && upload.parts == 8 || upload.size > 4096) # WARNING: Term that never changes
    )
  }
}

rule "fine" {
  scan {
    buckets  = ["media"]
    prefixes = ["fine/"]
  }
  stale {
    older_than = "7d"
    where = (
      upload.bucket != "media-prod" && upload.bucket != "media-dev"
      && (upload.bucket == "a" || upload.bucket == "b")
      && (upload.bucket != "a" || upload.key != "b")
      && (upload.bucket != "a" || upload.bucket != "a")
      && (upload.bucket != "a" || upload.bucket == "b")
      && (upload.bucket == "a" && upload.key == "x" || upload.bucket == "b" && upload.key == "y")
      && !(upload.bucket == "a" || upload.bucket == "b")
      && (!contains(["a", "b"], upload.key) || !contains(["b", "c"], upload.key))
      && (contains(["a", "b"], upload.id) && contains(["b", "c"], upload.id))
      && upload.storage_class == var.prod && upload.storage_class == var.dev # variables alone
    )
  }
}
