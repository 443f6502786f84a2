# What is allowed, but said.
offcut {
  minimum_age = "1h" # WARNING: Minimum age below one day [col 17]
}

rule "raw" {
  mode = "apply" # WARNING: Mode without a schedule [col 3]

  scan {
    buckets = ["media"]
    prefixes = [
      "raw",     # WARNING: Prefix without a slash at its end [col 7] | such as "rawhide/". Write "raw/"
      "photo-",  # a name's beginning, on purpose
      "/abs/",   # WARNING: Prefix begins with a slash | write "abs/" unless
      "tmp/*",   # WARNING: Prefix with an asterisk | prefixes = ["tmp/"]
      "**",      # WARNING: Prefix with an asterisk | whole_bucket = true
      "媒体",      # WARNING: Prefix without a slash at its end
    ]
    exclude = [] # nothing to exclude is no mistake
  }

  stale {
    older_than = "2h"
    idle_for   = "1h"
  }
}

protect "hold" {
  buckets = ["media"]
  prefixes = [
    "raw",   # more is protected then, which harms nobody
    "/abs/", # WARNING: Prefix begins with a slash
  ]
}

locals {
  decomposed = "café/" # WARNING: Text not in Unicode normal form C [col 17] | as "caf\u00e9/"
  escaped    = "cafe\u0301/" # WARNING: Text not in Unicode normal form C
  composed   = "café/"
}
