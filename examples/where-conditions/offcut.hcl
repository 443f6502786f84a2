# where narrows a rule by what an upload is: its size, storage class, owner, parts,
# age and idle time. What it is false for is kept as "filtered". What the store does
# not tell is not guessed: an upload whose owner is unknown is kept as "where-failed".

variable "robots" {
  description = "Accounts that upload on their own and never come back to an upload"
  type        = list(string)
  default     = ["73398334", "73398335"]
}

# KS3 tells who owns an upload in Base64, and upload.owner is what the store tells.
locals {
  robots = [for id in var.robots : base64encode(id)]
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
    where      = contains(local.robots, upload.owner) && upload.parts <= 1 && endswith(upload.key, ".part")
  }
}
