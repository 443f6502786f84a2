# Checks on the figures of a plan.
locals {
  most = { uploads = 1000, parts = 5000 }
}

rule "media" {
  description = "plan"
  scan {
    buckets  = ["media"]
    prefixes = ["raw/"]
  }
  stale {
    older_than = "7d"
  }
}

check "leak" {
  assert {
    condition     = plan.abort.bytes < bytes("1TiB")
    error_message = "${plan.abort.uploads} uploads leaked: find the leaker."
  }
  assert {
    condition     = plan.rules["rule.media"].abort.uploads <= 100 && !plan.rules["rule.media"].stopped
    error_message = "The cameras leak."
  }
}

check "blind" {
  assert {
    condition     = plan.scopes.failed + plan.scopes.partial == 0 && plan.kept["where-failed"] == 0
    error_message = "Not everything was seen."
  }
  assert {
    condition     = plan.listed >= 0 || plan.unread > 0 # WARNING: Condition that never changes [col 21] | always true, so that it never warns
    error_message = "Nothing is listed."
  }
  assert {
    condition     = local.most.parts > 1 # WARNING: Condition that never changes [col 21] | always true, so that it never warns
    error_message = "Never."
  }
}

check "each" {
  dynamic "assert" {
    for_each = local.most
    content {
      condition     = plan.abort[assert.key] < assert.value
      error_message = "More ${assert.key} than ${assert.value}."
    }
  }
}

check "quoted" {
  assert {
    condition     = plan.listed > 0
    error_message = "${plan.listed}"
  }
}
