# Of what is meant, the advice says all that is missing.
variable "year" {
  type    = number
  default = 2026
}

rule "r0" {
  scan {
    buckets  = ["media"]
    prefixes = ["raw/0/"]
  }
  stale {
    older_than = "7d"
    where      = regex("^raw/", upload.key) == true # ERROR: Wrong type of value [col 18] | Write can(regex(...)), which is true where the text fits
  }
}

rule "r1" {
  scan {
    buckets  = ["media"]
    prefixes = ["raw/1/"]
  }
  stale {
    older_than = "7d"
    where      = true != regex("^raw/", upload.key) # ERROR: Wrong type of value [col 26] | Write can(regex(...)), which is true where the text fits
  }
}

rule "r2" {
  scan {
    buckets  = ["media"]
    prefixes = ["raw/2/"]
  }
  stale {
    older_than = "7d"
    where      = !regex("^raw/", upload.key) # ERROR: Wrong type of value [col 19] | Write can(regex(...)), which is true where the text fits
  }
}

rule "r3" {
  scan {
    buckets  = ["media"]
    prefixes = ["raw/3/"]
  }
  stale {
    older_than = "7d"
    where      = upload.age > duration(30) # ERROR: Wrong type of value [col 40] | Write duration("30d") for that many days, or duration("30s") if seconds are meant.
  }
}

rule "r4" {
  scan {
    buckets  = ["media"]
    prefixes = ["raw/4/"]
  }
  stale {
    older_than = "7d"
    where      = upload.age > duration(var.year) # ERROR: Wrong type of value [col 40] | Write duration("${var.year}d") for that many days
  }
}

rule "r5" {
  scan {
    buckets  = ["media"]
    prefixes = ["raw/5/"]
  }
  stale {
    older_than = "7d"
    where      = upload.size > bytes(30) # ERROR: Wrong type of value [col 38] | Write bytes("30MiB") for that many MiB, or bytes("30B") if bytes are meant.
  }
}

rule "r6" {
  scan {
    buckets  = ["media"]
    prefixes = ["raw/6/"]
  }
  stale {
    older_than = "7d"
    where      = upload.size > bytes(0) # ERROR: Wrong type of value [col 38] | Write it in quotes.
  }
}
