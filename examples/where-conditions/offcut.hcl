# where narrows a rule by what an upload is: its size, storage class, owner, parts,
# age and idle time. What it is false for is kept as "filtered". What the store does
# not tell is not guessed: an upload whose owner is unknown is kept as "where-failed".

variable "robots" {
  description = "Accounts that upload on their own and never come back to an upload"
  type        = list(string)
  default     = ["73398334", "73398335"]
}

provider "ks3" {
  region = "BEIJING"
}

# Only what costs something: parts, or a class with a minimum size.
rule "costly" {
  description = "Uploads that are paid for"

  scan {
    buckets  = ["media-prod"]
    prefixes = ["raw/"]
  }

  stale {
    older_than = "7d"
    where      = upload.size >= bytes("100MiB") || upload.storage_class == "ARCHIVE"
  }
}

# Only the uploads of robots, and of those only what was never continued.
rule "robots" {
  description = "Uploads that a robot began and left"

  scan {
    buckets      = ["drop-box"]
    whole_bucket = true
  }

  stale {
    older_than = "2d"
    where      = contains(var.robots, upload.owner) && upload.parts <= 1 && endswith(upload.key, ".part")
  }
}
