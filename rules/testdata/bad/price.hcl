rule "r" {
  provider = ks3
  scan {
    buckets  = ["media"]
    prefixes = ["raw/"]
  }
  stale {
    older_than = "7d"
  }
}

price "none" {} # ERROR: Missing required argument [col 1] | "currency" # ERROR: Missing required argument [col 1] | "as_of" # ERROR: Missing required argument [col 1] | "per_gib_month"

price "values" {
  provider = ks3
  currency = "usd"     # ERROR: Invalid currency [col 14] | three capital letters
  as_of    = "January" # ERROR: Invalid date [col 14] | such as "2026-01"
  per_gib_month = {
    STANDARD = 0.1
  }
}

price "numbers" { # ERROR: Duplicate price [col 1] | Merge the two
  provider      = ks3
  currency      = "CNY"
  as_of         = "2026-01-31"
  per_gib_month = { STANDARD = -1, ARCHIVE = "0.1", COLD = 1e9 } # ERROR: Invalid price [col 19] | The price of "STANDARD" must be from 0 # ERROR: Invalid price [col 19] | The price of "ARCHIVE" must be a number # ERROR: Invalid price [col 19] | "COLD"
}

price "map" {
  provider      = s3.none # ERROR: Reference to undeclared provider [col 19]
  currency      = "CNY"
  as_of         = "2026-02"
  per_gib_month = 0.1 # ERROR: Wrong type of value [col 19] | needs a map of numbers
}

price "many" {
  provider      = ks3.a # ERROR: Reference to undeclared provider [col 19]
  currency      = "GBP"
  as_of         = "2026-02"
  per_gib_month = {} # ERROR: Empty map [col 19]
}

price "five" {
  provider      = s3.b # ERROR: Reference to undeclared provider [col 19]
  currency      = "AUD"
  as_of         = "2026-13" # ERROR: Invalid date [col 19]
  per_gib_month = null # ERROR: Wrong type of value [col 19]
}

price "six" { # ERROR: Too many currencies [col 1] | at most 4 currencies # ERROR: Duplicate price [col 1]
  currency      = "JPY"
  as_of         = "2026-02"
  per_gib_month = { STANDARD = 1 }
}
