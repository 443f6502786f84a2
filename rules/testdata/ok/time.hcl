# What is well written, and meets the time of day: 2026-07-01T12:00:00Z.
variable "until" {
  type    = string
  default = "2026-06-29T09:00:00Z"
}

protect "over" {
  buckets      = ["media"]
  whole_bucket = true
  until        = "2026-07-01T20:00:00+08:00" # WARNING: Protect that has ended [col 18] | protect.over ended 0s ago, on 2026-07-01 12:00 UTC
}

protect "long_over" {
  buckets      = ["media"]
  whole_bucket = true
  until        = var.until # WARNING: Protect that has ended [col 18] | ended 2d 3h ago, on 2026-06-29 09:00 UTC
}

protect "a_second_left" {
  buckets      = ["media"]
  whole_bucket = true
  until        = "2026-07-01T12:00:01Z"
}

rule "berlin" {
  schedule = "30 2 * * *" # WARNING: Tick at a change of the clocks [col 14] | In Europe/Berlin the tick of 02:30 does not happen on 2027-03-28, when the clocks go from 02:00 to 03:00, and the tick of 02:30 happens twice on 2026-10-25, when the clocks go back from 03:00 to 02:00. Choose another hour, such as "30 3 * * *", or write the hour in UTC and leave timezone out.
  timezone = "Europe/Berlin"
  scan {
    buckets  = ["media"]
    prefixes = ["a/"]
  }
  stale {
    older_than = "7d"
  }
}

rule "berlin_later" {
  schedule = "30 3 * * *"
  timezone = "Europe/Berlin"
  scan {
    buckets  = ["media"]
    prefixes = ["b/"]
  }
  stale {
    older_than = "7d"
  }
}

rule "berlin_all_night" {
  schedule = "15 0-5 * * *" # WARNING: Tick at a change of the clocks | the tick of 02:15 does not happen on 2027-03-28, when the clocks go from 02:00 to 03:00, and the tick of 02:15 happens twice
  timezone = "Europe/Berlin"
  scan {
    buckets  = ["media"]
    prefixes = ["c/"]
  }
  stale {
    older_than = "7d"
  }
}

rule "berlin_mondays" {
  schedule = "30 2 * * mon" # clocks change on Sundays
  timezone = "Europe/Berlin"
  scan {
    buckets  = ["media"]
    prefixes = ["d/"]
  }
  stale {
    older_than = "7d"
  }
}

rule "berlin_every_hour" {
  schedule = "30 * * * *"
  timezone = "Europe/Berlin"
  scan {
    buckets  = ["media"]
    prefixes = ["e/"]
  }
  stale {
    older_than = "7d"
  }
}

rule "berlin_every" {
  schedule = "@every 6h"
  timezone = "Europe/Berlin"
  scan {
    buckets  = ["media"]
    prefixes = ["f/"]
  }
  stale {
    older_than = "7d"
  }
}

rule "shanghai" {
  schedule = "30 2 * * *"
  timezone = "Asia/Shanghai"
  scan {
    buckets  = ["media"]
    prefixes = ["g/"]
  }
  stale {
    older_than = "7d"
  }
}

rule "beirut" {
  schedule = "@daily" # WARNING: Tick at a change of the clocks | the tick of 00:00 does not happen on 2027-03-28, when the clocks go from 00:00 to 01:00. Choose another hour, or
  timezone = "Asia/Beirut"
  scan {
    buckets  = ["media"]
    prefixes = ["h/"]
  }
  stale {
    older_than = "7d"
  }
}

rule "lord_howe" {
  schedule = "45 1 * * *" # WARNING: Tick at a change of the clocks | the tick of 01:45 happens twice on 2027-04-04, when the clocks go back from 02:00 to 01:30
  timezone = "Australia/Lord_Howe"
  scan {
    buckets  = ["media"]
    prefixes = ["i/"]
  }
  stale {
    older_than = "7d"
  }
}

protect "each" {
  for_each = { a = "2026-06-01T00:00:00Z", b = "2026-06-01T08:00:00+08:00", c = "2026-06-02T00:00:00Z", d = "2027-01-01T00:00:00Z" }
  buckets  = ["media"]
  prefixes = ["${each.key}/"]
  until    = each.value # WARNING: Protect that has ended [col 14] | protect.each["a"] and 1 other instance ended 30d 12h ago # WARNING: Protect that has ended [col 14] | protect.each["c"] ended 29d 12h ago
}

rule "disabled" {
  enabled  = false
  schedule = "30 2 * * *" # never ticks
  timezone = "Europe/Berlin"
  scan {
    buckets  = ["media"]
    prefixes = ["j/"]
  }
  stale {
    older_than = "7d"
  }
}

rule "every_minute" {
  schedule = "* 3 * * *" # WARNING: Schedule that ticks every minute [col 14] | 60 times in each. Write "0 3 * * *" for once an hour then.
  scan {
    buckets  = ["media"]
    prefixes = ["k/"]
  }
  stale {
    older_than = "7d"
  }
}

rule "every_minute_on_purpose" {
  schedule = "* * * * *"
  scan {
    buckets  = ["media"]
    prefixes = ["l/"]
  }
  stale {
    older_than = "7d"
  }
}
