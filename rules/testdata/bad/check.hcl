variable "secret" {
  default   = "hunter2"
  sensitive = true
}

rule "media" {
  scan {
    buckets  = ["media"]
    prefixes = ["raw/"]
  }
  stale {
    older_than = "7d"
  }
}

check "none" {} # ERROR: Missing required block [col 1] | needs a assert block

check "incomplete" {
  assert {} # ERROR: Missing required argument [col 3] | "condition" # ERROR: Missing required argument [col 3] | "error_message"
}

check "attributes" {
  assert {
    condition     = plan.abort.byte > 0 && plan.kept.yuong == 0 # ERROR: Unsupported attribute [col 31] | Did you mean "bytes"? # ERROR: Unsupported attribute [col 53] | Did you mean "young"?
    error_message = "${plan.scopes["gone"]} scopes" # ERROR: Unsupported attribute [col 35] | one of those that it has: "absent", "complete", "failed" or "partial"
  }
}

check "types" {
  assert {
    condition     = plan.abort.bytes < "1TiB" # ERROR: Wrong type of value [col 40] | Write bytes("1TiB")
    error_message = plan.abort.bytes # ERROR: Wrong type of value [col 21] | Here a string is needed, but this is a number.
  }
  assert {
    condition     = plan.listed # ERROR: Wrong type of value [col 21] | Here a bool is needed
    error_message = " " # ERROR: Empty message [col 21]
  }
}

check "quoted" {
  assert {
    condition     = plan.listed > 0
    error_message = "${[plan.listed]}" # ERROR: Wrong type of value [col 21] | Here a string is needed, but this is a tuple.
  }
}

check "secret" {
  assert {
    condition     = plan.listed > length(var.secret)
    error_message = "Look at ${var.secret}." # ERROR: Sensitive value would be shown [col 21]
  }
}

check "rules" {
  assert {
    condition     = plan.rules["rule.medai"].abort.uploads == 0 # ERROR: Reference to undeclared rule [col 31] | Did you mean "rule.media"?
    error_message = "No."
  }
  assert {
    condition     = null # ERROR(59): Missing required argument [col 3] | "condition"
    error_message = "No."
  }
}

check "rules" { # ERROR: Duplicate check [col 1]
  assert {
    condition     = upload.size > 0 # ERROR: Invalid reference [col 21] | only in the where of a stale block
    error_message = "No."
  }
}
