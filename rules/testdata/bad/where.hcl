variable "floor" {
  default = "1GiB"
}

rule "attribute" {
  scan {
    buckets  = ["media"]
    prefixes = ["raw/"]
  }
  stale {
    older_than = "7d"
    where      = upload.sise > 0 && upload["ownr"] == "7" # ERROR: Unsupported attribute [col 24] | Did you mean "size"? # ERROR: Unsupported attribute [col 43] | one of those that it has: "age", "bucket", "id", "idle"
  }
}

rule "second_term" {
  scan {
    buckets  = ["media"]
    prefixes = ["raw/"]
  }
  stale {
    older_than = "7d"
    where      = upload.size > 0 && upload.age > "30d" # ERROR: Wrong type of value [col 50] | Write duration("30d") for a number of seconds.
  }
}

rule "size_text" {
  scan {
    buckets  = ["media"]
    prefixes = ["raw/"]
  }
  stale {
    older_than = "7d"
    where      = upload.size > "1GiB" # ERROR: Wrong type of value [col 32] | Here a number is needed, but this is a string. Write bytes("1GiB") for a number of bytes.
  }
}

rule "size_variable" {
  scan {
    buckets  = ["media"]
    prefixes = ["raw/"]
  }
  stale {
    older_than = "7d"
    where      = !(upload.size <= var.floor) # ERROR: Wrong type of value [col 35] | Give the variable type = number, or write tonumber(var.floor)
  }
}

rule "text_and_number" {
  scan {
    buckets  = ["media"]
    prefixes = ["raw/"]
  }
  stale {
    older_than = "7d"
    where      = upload.size == "1GiB" || 7 != upload.owner # ERROR: Wrong type of value [col 33] | values of different types are never equal. Write bytes("1GiB") # ERROR: Wrong type of value [col 43] | Write it in quotes.
  }
}

rule "key_as_number" {
  scan {
    buckets  = ["media"]
    prefixes = ["raw/"]
  }
  stale {
    older_than = "7d"
    where      = upload.key > 5 # ERROR: Wrong type of value [col 18] | Here a number is needed, but this is a string.
  }
}

rule "not_bool" {
  scan {
    buckets  = ["media"]
    prefixes = ["raw/"]
  }
  stale {
    older_than = "7d"
    where      = upload.size # ERROR: Wrong type of value [col 18] | Here a bool is needed, but this is a number. Compare it with something
  }
}

rule "text" {
  scan {
    buckets  = ["media"]
    prefixes = ["raw/"]
  }
  stale {
    older_than = "7d"
    where      = "upload.size > 0" # ERROR: Wrong type of value [col 18] | Write true or false without quotes, or a comparison
  }
}

rule "term_not_bool" {
  scan {
    buckets  = ["media"]
    prefixes = ["raw/"]
  }
  stale {
    older_than = "7d"
    where      = upload.size > 0 && upload.key || !upload.size # ERROR: Wrong type of value [col 37] | this is a string # ERROR: Wrong type of value [col 52] | this is a number
  }
}

rule "arity" {
  scan {
    buckets  = ["media"]
    prefixes = ["raw/"]
  }
  stale {
    older_than = "7d"
    where      = upload.size > 0 && startswith(upload.key) # ERROR: Not enough function arguments [col 58] | "startswith" expects 2 arguments
  }
}

rule "argument" {
  scan {
    buckets  = ["media"]
    prefixes = ["raw/"]
  }
  stale {
    older_than = "7d"
    where      = duration(upload.age) > 7 || regexall("(", upload.key) == [] # ERROR: Wrong type of value [col 27] | Here a string is needed, but this is a number. # ERROR: Invalid function argument [col 56] | missing closing )
  }
}

rule "glob" {
  scan {
    buckets  = ["media"]
    prefixes = ["raw/"]
  }
  stale {
    older_than = "7d"
    where      = upload.size > 0 && glob("[a-z]*", upload.key) # ERROR: Invalid function argument [col 43] | classes, alternatives and negation are not taken
  }
}

rule "null_term" {
  scan {
    buckets  = ["media"]
    prefixes = ["raw/"]
  }
  stale {
    older_than = "7d"
    where      = upload.size > 0 && null # ERROR: Wrong type of value [col 37] | this is null
  }
}

rule "other_roots" {
  scan {
    buckets  = ["media"]
    prefixes = ["raw/"]
  }
  stale {
    older_than = "7d"
    where      = size > 0 && plan.listed > 0 && upload.key.name == "" # ERROR: Invalid reference [col 18] | means nothing here # ERROR: Invalid reference [col 30] | only in the assert blocks of a check # ERROR: Unsupported attribute [col 59] | upload.key is a string and has no attributes
  }
}

rule "elsewhere" {
  description = upload.key # ERROR: Invalid reference [col 17] | It has a value only in the where of a stale block
  scan {
    buckets  = ["media"]
    prefixes = ["raw/"]
  }
  stale {
    older_than = "7d"
  }
}
