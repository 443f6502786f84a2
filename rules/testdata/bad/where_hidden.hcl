variable "floor" {
  default = {}
}

variable "pattern" {
  default = "[legal"
}

rule "hidden" {
  scan {
    buckets  = ["media"]
    prefixes = ["raw/"]
  }
  stale {
    older_than = "7d"
    where = (
      !can(startswith(upload.key)) && upload.size > 0 # ERROR: Not enough function arguments [col 33] | "startswith" expects 2 arguments
      && !can(lower(upload.key, "C")) # ERROR: Too many function arguments [col 34]
      && !can(regex("[legal", upload.key)) # ERROR: Invalid function argument [col 22] | missing closing ]
      && !can(regex(var.pattern, upload.key)) # ERROR: Invalid function argument [col 21] | missing closing ]
      && !can(glob("[a-z]*", lower(upload.key))) # ERROR: Invalid function argument [col 21] | classes, alternatives and negation are not taken
      && try(upload.owner != 7, true) # ERROR: Wrong type of value [col 14] | values of different types are never equal
      && try(upload.size > "1GiB", true) # ERROR: Wrong type of value [col 28] | Write bytes("1GiB") for a number of bytes.
      && try(upload.size > bytes("1 GiBi"), true) # ERROR: Invalid function argument [col 35]
      && try(!contains([7], upload.owner), true) # ERROR: Error in function call [col 15] | never equal
      && try(upload.ownr, "x") != "7" # ERROR: Unsupported attribute [col 20] | Did you mean "owner"?
      && try(upload.size > var.floor.bytes, true)
      && try(tonumber(upload.key) > 5, true)
    )
  }
}

rule "whole" {
  scan {
    buckets  = ["media"]
    prefixes = ["raw/"]
  }
  stale {
    older_than = "7d"
    where = (
      lookup(upload, "ownr", "x") != "7" # ERROR: Upload as a whole [col 14] | such as upload.owner
      && alltrue([for name, value in upload : value != "7" if name == "ownr"]) # ERROR: Upload as a whole [col 38] # ERROR: Wrong type of value [col 56] | Remove the quotes: write 7.
      && !contains(keys(upload), "owner") # ERROR: Upload as a whole [col 25]
      && upload["owner"] != "7"
    )
  }
}

rule "unknown" {
  scan {
    buckets  = ["media"]
    prefixes = ["raw/"]
  }
  stale {
    older_than = "7d"
    where      = !try(startwith(upload.key, "a"), false) # ERROR: Unknown function [col 23]
  }
}
