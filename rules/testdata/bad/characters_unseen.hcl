rule "r" {
  scan {
    buckets  = ["media"]
    prefixes = ["raw​/"] # ERROR: Character that cannot be seen [col 17] | holds the character U+200B, which nobody sees
    exclude  = ["raw/​x/**"] # ERROR: Character that cannot be seen [col 17] | write it as \u200b
  }
  stale {
    older_than = "7d"
  }
}

protect "p" {
  buckets  = ["media"]
  prefixes = ["raw/legal﻿/"] # ERROR: Character that cannot be seen [col 15]
  keys     = ["raw/legal­/**"] # ERROR: Character that cannot be seen [col 15]
}

protect "bucket" {
  buckets      = ["media​"] # ERROR: Invalid bucket name [col 19]
  whole_bucket = true
}
