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
    buckets  = ["media-prod", "media-dev"]
    prefixes = ["all_of_them/"]
  }
  stale {
    older_than = "7d"
    where      = upload.bucket != "media-prod" || upload.bucket != "media-dev" # WARNING: Condition that never changes | upload.bucket always differs from one of two values, so that this is always true. Write && between
  }
}

rule "none_of_them" {
  scan {
    buckets  = ["media-prod", "media-dev"]
    prefixes = ["none_of_them/"]
  }
  stale {
    older_than = "7d"
    where      = upload.bucket == "media-prod" && upload.bucket == "media-dev" # WARNING: Condition that never changes | Write || between its values, or contains([...], upload.bucket).
  }
}

rule "nothing_in_it" {
  scan {
    buckets  = ["media-prod", "media-dev"]
    prefixes = ["nothing_in_it/"]
  }
  stale {
    older_than = "7d"
    where      = !contains([], upload.bucket) # WARNING: Condition that never changes | always true
  }
}

rule "terms" {
  scan {
    buckets  = ["media-prod", "media-dev"]
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
    buckets  = ["media-prod", "media-dev"]
    prefixes = ["fine/"]
  }
  stale {
    older_than = "7d"
    where = (
      upload.bucket != "media-prod" && upload.bucket != "media-dev"
      && (upload.bucket == "media-prod" || upload.bucket == "media-dev")
      && (upload.bucket != "media-prod" || upload.key != "b")
      && (upload.bucket != "media-prod" || upload.bucket != "media-prod")
      && (upload.bucket != "media-prod" || upload.bucket == "media-dev")
      && (upload.bucket == "media-prod" && upload.key == "x" || upload.bucket == "media-dev" && upload.key == "y")
      && !(upload.bucket == "media-prod" || upload.bucket == "media-dev")
      && (!contains(["a", "b"], upload.key) || !contains(["b", "c"], upload.key))
      && (contains(["a", "b"], upload.id) && contains(["b", "c"], upload.id))
      && upload.storage_class == var.prod && upload.storage_class == var.dev # variables alone
    )
  }
}

# Texts that never occur.
variable "classes" {
  default = ["archive", "ARCHIVE"]
}

rule "letters" {
  scan {
    buckets  = ["media-prod", "media-dev"]
    prefixes = ["letters/"]
  }
  stale {
    older_than = "7d"
    where = (
      lower(upload.storage_class) != "ARCHIVE" # WARNING: Text that never occurs | lower(upload.storage_class) holds no capital letters, so that it never fits "ARCHIVE". Write "archive".
      && upper(upload.storage_class) != "archive" # WARNING: Text that never occurs | Write "ARCHIVE".
      && !contains(["Robot"], lower(upload.id)) # WARNING: Text that never occurs
      && !startswith(lower(upload.key), "Legal/") # WARNING: Text that never occurs
      && !glob("Legal/**", lower(upload.key)) # WARNING: Text that never occurs
      && upload.storage_class != "Standard_IA" # WARNING: Text that never occurs | Stores write storage classes in capitals, so that upload.storage_class never equals "Standard_IA". Write "STANDARD_IA".
      && !contains(["glacier"], upload.storage_class) # WARNING: Text that never occurs
    )
  }
}

rule "letters_fine" {
  scan {
    buckets  = ["media-prod", "media-dev"]
    prefixes = ["letters_fine/"]
  }
  stale {
    older_than = "7d"
    where = (
      lower(upload.storage_class) != "archive" && upper(upload.storage_class) != "ARCHIVE"
      && !contains(var.classes, upload.storage_class) && !contains(var.classes, lower(upload.storage_class))
      && upload.storage_class != "standard" && upload.storage_class != "STANDARD" # both, to be sure
      && upload.storage_class != "cold-tier" && !can(regex("^[A-Z]", lower(upload.key))) && lower(upload.key) != "raw/1-2_3"
    )
  }
}
