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
      || upload.size > sum(local.texts)         # ERROR: Wrong type of value [col 28] | This is a string, but here it would become a number
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
    where      = anytrue([for n in local.texts : max(n, upload.size) > 5]) # ERROR: Wrong type of value [col 54] | Here a number is needed, but this is a string
  }
}

rule "loop_operator" {
  scan {
    buckets  = ["media"]
    prefixes = ["raw/8/"]
  }
  stale {
    older_than = "7d"
    where      = anytrue([for n in local.texts : upload.size > n]) # ERROR: Wrong type of value [col 64] | Here a number is needed, but this is a string
  }
}

rule "loop_sign" {
  scan {
    buckets  = ["media"]
    prefixes = ["raw/9/"]
  }
  stale {
    older_than = "7d"
    where      = anytrue([for n in local.texts : 9 + -n > upload.size]) # ERROR: Wrong type of value [col 55] | Here a number is needed, but this is a string
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
      startswith(upload.size, "1")         # ERROR: Wrong type of value [col 18] | Here a string is needed, but this is a number. Write tostring(upload.size).
      || startswith(upload.key, var.year)  # ERROR: Wrong type of value [col 33] | Give the variable type = string, or write tostring(var.year).
      || startswith(upload.key, 2026)      # ERROR: Wrong type of value [col 33] | Write it in quotes.
    )
  }
}

rule "types_together" {
  scan {
    buckets  = ["media"]
    prefixes = ["raw/10/"]
  }
  stale {
    older_than = "7d"
    where = (
      coalesce(upload.size, "x") == "0"                                # ERROR: Wrong type of value [col 16] | This is a number, but here it would become a string, and conditions convert nothing by themselves. Write tostring(upload.size).
      || (upload.parts > 1 ? upload.size : "x") == "0"                 # ERROR: Wrong type of value [col 44] | This is a string, but the other result is a number
      || tolist(["x", upload.parts])[1] == "3"                         # ERROR: Wrong type of value [col 23] | Write tostring(upload.parts).
      || contains(toset([7, "8"]), upload.key)                         # ERROR: Wrong type of value [col 26] | Write it in quotes.
      || lookup(tomap({ a = "1" }), upload.key, 0) == "0"              # ERROR: Wrong type of value [col 49] | Write it in quotes.
      || length(setunion(["1"], [upload.parts])) > upload.size         # ERROR: Wrong type of value [col 34]
      || length(setunion([], ["1"], [upload.parts])) > upload.size     # ERROR: Wrong type of value [col 38] | Write tostring(upload.parts).
      || length(setsubtract(["1"], [upload.parts])) > upload.size      # ERROR: Wrong type of value [col 37]
      || length(setintersection([1], [upload.key])) > upload.size      # ERROR: Wrong type of value [col 34]
      || length(setproduct(["1", upload.parts], [1])) > upload.size    # ERROR: Wrong type of value [col 34]
      || matchkeys(["a"], ["1"], [upload.parts])[0] == upload.key      # ERROR: Wrong type of value [col 35]
      || concat(tolist([1]), tolist([upload.key]))[0] == "1"           # ERROR: Wrong type of value [col 17]
      || distinct([upload.parts, "3"])[0] == "3"                       # ERROR: Wrong type of value [col 20]
      || chunklist([upload.parts, "3"], 1)[0][0] == "3"                # ERROR: Wrong type of value [col 21]
    )
  }
}

rule "lists" {
  scan {
    buckets  = ["media"]
    prefixes = ["raw/11/"]
  }
  stale {
    older_than = "7d"
    where = (
      join("-", [upload.parts]) == "3"                       # ERROR: Wrong type of value [col 18] | Write tostring(upload.parts).
      || sort([upload.parts])[0] == "3"                      # ERROR: Wrong type of value [col 16] | Here a string is needed
      || compact([upload.key, 3])[0] == "3"                  # ERROR: Wrong type of value [col 31] | Write it in quotes.
      || zipmap([upload.parts], ["x"])["3"] == "x"           # ERROR: Wrong type of value [col 18]
      || transpose({ a = [upload.parts] })["3"][0] == "a"    # ERROR: Wrong type of value [col 20]
      || alltrue(["true", upload.size > 0])                  # ERROR: Wrong type of value [col 19] | Here a bool is needed
      || anytrue([upload.key])                               # ERROR: Wrong type of value [col 19]
      || join("-", [for p in [1, 2] : p + upload.parts]) == "3" # ERROR: Wrong type of value [col 20]
    )
  }
}

rule "keys" {
  scan {
    buckets  = ["media"]
    prefixes = ["raw/12/"]
  }
  stale {
    older_than = "7d"
    where = (
      { (upload.parts) = true }["3"]                             # ERROR: Wrong type of value [col 9] | Here a string is needed, but this is a number. Write tostring(upload.parts).
      || { 73 = true }[upload.id]                                # ERROR: Wrong type of value [col 12] | Write it in quotes.
      || { "3" = true }[upload.parts]                            # ERROR: Wrong type of value [col 25] | Write tostring(upload.parts).
      || split("/", upload.key)[upload.id] == "raw"              # ERROR: Wrong type of value [col 33] | Here a number is needed
      || { for p in [1, 2] : p => upload.size }["1"] > 0         # ERROR: Wrong type of value [col 30]
      || length([for x in local.texts : x if "true"]) > upload.size # ERROR: Wrong type of value [col 46] | Here a bool is needed
    )
  }
}

rule "behind_and" {
  scan {
    buckets  = ["media"]
    prefixes = ["raw/13/"]
  }
  stale {
    older_than = "7d"
    where = (
      anytrue([for t in ["a"] : upload.size > 0 && upload.key > 3])                            # ERROR: Wrong type of value [col 52]
      || anytrue([for part in split("/", upload.key) : upload.size > 0 && part > 3])           # ERROR: Wrong type of value [col 75]
      || anytrue([for i, part in split("/", upload.key) : upload.size > 0 || i == part])       # ERROR: Wrong type of value [col 83]
      || anytrue([for o in [{ n = 1 }, { n = "1" }] : upload.size > 0 ? upload.size > o.n : false]) # ERROR: Wrong type of value [col 87]
      || [upload.size > 0 && upload.key > 3][0]                                                # ERROR: Wrong type of value [col 30]
      || { a = upload.size > 0 || !upload.key }.a                                              # ERROR: Wrong type of value [col 36]
      || "${upload.size > 0 && upload.key > 3}" == upload.key                                  # ERROR: Wrong type of value [col 32]
    )
  }
}

rule "hidden" {
  scan {
    buckets  = ["media"]
    prefixes = ["raw/14/"]
  }
  stale {
    older_than = "7d"
    where      = !try(coalesce(upload.size, "x") == "0", true) # ERROR: Invalid function argument [col 32] | here a number would become a string
  }
}

rule "hidden_key" {
  scan {
    buckets  = ["media"]
    prefixes = ["raw/15/"]
  }
  stale {
    older_than = "7d"
    where      = !try({ (upload.parts) = true }["3"], false) # ERROR: Wrong type of value [col 18] | Here a string is needed
  }
}
