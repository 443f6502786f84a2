variable "areas" {
  type = map(object({ older_than = string, enabled = optional(bool, true) }))
  default = {
    tmp = { older_than = "3d" }
    raw = { older_than = "30d" }
    off = { older_than = "7d", enabled = false }
  }
}

rule "area" {
  for_each    = var.areas
  description = "Uploads under ${each.key}/"
  enabled     = each.value.enabled

  scan {
    buckets  = ["media"]
    prefixes = ["${each.key}/"]
  }

  stale {
    older_than = each.value.older_than
  }

  precondition {
    condition     = each.value.older_than != "3d" # WARNING: Precondition does not hold [col 21] | The message of the precondition is: tmp is stopped.
    error_message = "${each.key} is stopped."
  }
}

rule "camera" {
  for_each = toset(["b", "a", "say \"$${x}\" \\ ü"])

  scan {
    buckets  = ["cameras"]
    prefixes = ["${each.value}/"] # WARNING: Prefix with a special sign [col 17]
  }

  stale {
    older_than = "7d"
  }

  dynamic "limits" {
    for_each = each.key == "a" ? [500] : []
    content {
      max_uploads = limits.value
    }
  }

  dynamic "precondition" {
    for_each = { one = true, two = each.key != "b" }
    iterator = wish
    content {
      condition     = wish.value # WARNING: Precondition does not hold [col 23] | two of b
      error_message = "${wish.key} of ${each.key}"
    }
  }
}

rule "nothing" {
  for_each = {}

  scan {
    buckets     = [each.key]
    prefixes    = ["raw/"]
    allow_empty = true
  }

  stale {
    older_than = "7d"
  }
}

offcut {
  dynamic "limits" {
    for_each = toset(["any"])
    content {
      max_uploads = 7
    }
  }
}

protect "legal" { # WARNING: Protect that protects nothing
  for_each = { 2025 = "cases/25/", 2026 = "raw/26/" }
  buckets  = ["m*"]
  prefixes = [each.value]
  reason   = each.key
}
