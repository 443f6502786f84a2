now = "2026-01-31T00:00:00Z"

mock "upload" "old" {
  bucket = "media-prod"
  key    = "raw/a.mp4"
  age    = "10d"
}

test "each reason that a verdict of the rules can have" {
  mock "upload" "young" {
    bucket = "media-prod"
    key    = "raw/b.mp4"
    age    = "6d23h"
  }
  mock "upload" "active" {
    bucket = "media-prod"
    key    = "raw/c.mp4"
    age    = "10d"
    idle   = "1d23h"
  }
  mock "upload" "lifetime" {
    bucket    = "media-prod"
    key       = "raw/c.mp4"
    initiated = "2025-11-01T00:00:00Z"
    last_part = "2026-01-30T23:59:59Z"
  }
  mock "upload" "legal" {
    bucket = "media-prod"
    key    = "raw/legal/x"
    age    = "90d"
  }
  mock "upload" "excluded" {
    bucket = "media-prod"
    key    = "raw/keep/x"
    age    = "10d"
  }
  mock "upload" "elsewhere" {
    bucket = "media-test"
    key    = "raw/x"
    age    = "10d"
  }
  mock "upload" "no_start" {
    bucket        = "media-prod"
    key           = "raw/x"
    unknown_start = true
  }
  mock "upload" "tomorrow" {
    bucket    = "media-prod"
    key       = "raw/x"
    initiated = "2026-02-01T00:00:00Z"
  }
  mock "upload" "no_activity" {
    bucket           = "media-prod"
    key              = "raw/x"
    age              = "10d"
    unknown_activity = true
  }
  mock "upload" "no_list" {
    bucket           = "media-prod"
    key              = "raw/x"
    age              = "10d"
    unreadable_parts = true
  }
  mock "upload" "no_key" {
    bucket       = "media-prod"
    key          = "raw/x"
    age          = "10d"
    unproven_key = true
  }
  mock "upload" "dots" {
    bucket = "media-prod"
    key    = "raw/../x"
    age    = "10d"
  }
  mock "upload" "empty" {
    bucket = "media-prod"
    key    = "raw/x"
    age    = "10d"
    parts  = 0
  }

  assert {
    condition     = verdict.old.action == "abort" && verdict.old.reason == "stale" && verdict.old.rules == ["rule.media"] && verdict.old.by == null
    error_message = "old"
  }
  assert {
    condition     = verdict.young.action == "keep" && verdict.young.reason == "young" && contains(verdict.young.rules, "rule.media")
    error_message = "young"
  }
  assert {
    condition     = verdict.legal.reason == "protected" && verdict.legal.by == "protect.legal" && length(verdict.legal.rules) == 0
    error_message = "legal"
  }
  assert {
    condition = { for name, v in verdict : name => v.reason } == {
      active      = "active"
      dots        = "key-unproven"
      elsewhere   = "filtered"
      empty       = "stale"
      excluded    = "filtered"
      legal       = "protected"
      lifetime    = "over-lifetime"
      no_activity = "activity-unknown"
      no_key      = "key-unproven"
      no_list     = "parts-unreadable"
      no_start    = "start-unknown"
      old         = "stale"
      tomorrow    = "start-in-future"
      young       = "young"
    }
    error_message = "Reasons: ${jsonencode({ for name, v in verdict : name => v.reason })}"
  }
}

test "the test's own instant, values and mocks win over the file's" {
  now = "2026-03-31T00:00:00Z"

  variables {
    stale_after = join("", ["30", "d"])
  }

  mock "upload" "old" {
    bucket = "media-prod"
    key    = "raw/a.mp4"
    age    = "29d"
  }
  mock "upload" "january" {
    bucket    = "media-prod"
    key       = "raw/b.mp4"
    initiated = "2026-02-20T00:00:00Z"
  }
  mock "upload" "boundary" {
    bucket = "media-prod"
    key    = "raw/b.mp4"
    age    = var.stale_after
  }

  assert {
    condition     = verdict.old.reason == "young" && verdict["january"].reason == "stale" && verdict.boundary.action == "abort"
    error_message = "The thresholds of 30 days do not hold."
  }
}
