variable "n" {
  type    = string
  default = "1000"
}

locals {
  config = csvdecode("owner,least\n7,1000\n")
}

rule "numbers" {
  scan {
    buckets  = ["media"]
    prefixes = ["a/"]
  }
  stale {
    older_than = "7d"
    where = (
      !try(upload.size > "1000", false) # ERROR: Wrong type of value [col 26] | Remove the quotes: write 1000.
      && try(upload.size < var.n, true) # ERROR: Wrong type of value [col 28] | Give the variable type = number
      && !can(upload.parts > "3") # ERROR: Wrong type of value [col 30]
      && !try(!upload.key, false) # ERROR: Wrong type of value [col 16] | Here a bool is needed, but this is a string.
      && !try(contains(upload.key, "legal"), false) # ERROR: Invalid function argument [col 24] | only a list can be searched; strcontains(text, part)
    )
  }
}

rule "loops" {
  scan {
    buckets  = ["media"]
    prefixes = ["b/"]
  }
  stale {
    older_than = "7d"
    where      = !anytrue([for c in local.config : upload.key == c.owner && try(upload.size > c.least, false)]) # ERROR: Wrong type of value [col 18] | Here a number is needed, but this is a string
  }
}

rule "texts" {
  scan {
    buckets  = ["media"]
    prefixes = ["d/"]
  }
  stale {
    older_than = "7d"
    where      = contains(upload.key, "legal") # ERROR: Invalid function argument [col 27] | strcontains(text, part) looks for a part of a text
  }
}
