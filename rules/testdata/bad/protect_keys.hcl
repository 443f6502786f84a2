rule "r" {
  scan {
    buckets  = ["media"]
    prefixes = ["raw/"]
  }
  stale {
    older_than = "7d"
  }
}

protect "empty" {
  buckets = ["media"]
  keys    = [] # ERROR: Empty list [col 13] | never means everything
}

protect "globs" {
  buckets = ["media"]
  keys = [
    "raw/{a,b}/**",        # ERROR: Invalid glob [col 5] | alternatives
    "ks3://media/raw/**",  # ERROR: Glob is a URL [col 5] | and write "raw/**".
    "s3://media/raw/**",   # ERROR: Glob is a URL [col 5]
    "",                    # ERROR: Invalid glob [col 5] | The glob is empty
  ]
}

protect "text" {
  buckets = ["media"]
  keys    = "raw/**" # ERROR: Wrong type of value [col 13] | also for a single one
}

protect "prefix" {
  buckets  = ["media"]
  prefixes = ["raw/*/legal/"] # ERROR: Prefix with an asterisk [col 15] | Write prefixes = ["raw/"], or keys = ["raw/*/legal/"]
}
