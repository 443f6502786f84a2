# A condition converts nothing by itself: neither a text to a number nor the other way round.
variable "untyped" {
  default = "3"
}

variable "text" {
  type    = string
  default = "3"
}

variable "year" {
  type    = number
  default = 2026
}

locals {
  text  = "3"
  texts = ["3", "4"]
}

rule "literal" {
  scan {
    buckets  = ["media"]
    prefixes = ["raw/1/"]
  }
  stale {
    older_than = "7d"
    where      = upload.size > "3" # ERROR: Wrong type of value [col 32] | Here a number is needed, but this is a string. Remove the quotes: write 3.
  }
}

rule "operand" {
  scan {
    buckets  = ["media"]
    prefixes = ["raw/2/"]
  }
  stale {
    older_than = "7d"
    where      = upload.size + "1" > 3 || -"7" < upload.size # ERROR: Wrong type of value [col 32] | Remove the quotes: write 1. # ERROR: Wrong type of value [col 44] | Remove the quotes: write 7.
  }
}

rule "named" {
  scan {
    buckets  = ["media"]
    prefixes = ["raw/3/"]
  }
  stale {
    older_than = "7d"
    where = (
      upload.size > var.untyped  # ERROR: Wrong type of value [col 21] | Give the variable type = number, or write tonumber(var.untyped)
      || upload.size > var.text  # ERROR: Wrong type of value [col 24] | Give the variable type = number
      || upload.size > local.text # ERROR: Wrong type of value [col 24] | Write tonumber(...) around a text that holds a number
    )
  }
}

rule "chosen" {
  scan {
    buckets  = ["media"]
    prefixes = ["raw/4/"]
  }
  stale {
    older_than = "7d"
    where      = upload.size > (upload.parts > 2 ? 5 : "6") # ERROR: Wrong type of value [col 56] | Remove the quotes: write 6.
  }
}

rule "arguments" {
  scan {
    buckets  = ["media"]
    prefixes = ["raw/5/"]
  }
  stale {
    older_than = "7d"
    where = (
      upload.size >= max("5", upload.parts)     # ERROR: Wrong type of value [col 26] | Remove the quotes: write 5.
      || upload.size > sum(["5", upload.parts]) # ERROR: Wrong type of value [col 29] | Remove the quotes: write 5.
      || upload.size > sum(local.texts)         # ERROR: Invalid function argument [col 28] | here a number is needed, but this is a string
      || upload.size > min(local.texts...)      # ERROR: Invalid function argument [col 28] | here a number is needed, but this is a string
    )
  }
}

rule "loop_function" {
  scan {
    buckets  = ["media"]
    prefixes = ["raw/6/"]
  }
  stale {
    older_than = "7d"
    where      = anytrue([for n in local.texts : max(n, upload.size) > 5]) # ERROR: Invalid function argument [col 54] | here a number is needed, but this is a string
  }
}

rule "loop_operator" {
  scan {
    buckets  = ["media"]
    prefixes = ["raw/8/"]
  }
  stale {
    older_than = "7d"
    where      = anytrue([for n in local.texts : upload.size > n]) # ERROR: Operation failed [col 50] | here a number is needed, but this is a string
  }
}

rule "loop_sign" {
  scan {
    buckets  = ["media"]
    prefixes = ["raw/9/"]
  }
  stale {
    older_than = "7d"
    where      = anytrue([for n in local.texts : 9 + -n > upload.size]) # ERROR: Operation failed [col 54] | here a number is needed, but this is a string
  }
}

rule "numbers_as_texts" {
  scan {
    buckets  = ["media"]
    prefixes = ["raw/7/"]
  }
  stale {
    older_than = "7d"
    where = (
      startswith(upload.size, "1")         # ERROR: Wrong type of value [col 18] | Here a string is needed, but this is a number. Write tostring(...) around it.
      || startswith(upload.key, var.year)  # ERROR: Wrong type of value [col 33] | Give the variable type = string, or write tostring(var.year).
      || startswith(upload.key, 2026)      # ERROR: Wrong type of value [col 33] | Write it in quotes.
    )
  }
}
