# A schedule that follows from each is no mistake where there is no instance.
variable "areas" {
  type    = map(object({ schedule = string }))
  default = {}
}

rule "area" {
  for_each = var.areas
  schedule = each.value.schedule

  scan {
    buckets     = ["media"]
    prefixes    = ["${each.key}/"]
    allow_empty = true
  }

  stale {
    older_than = "7d"
  }
}
