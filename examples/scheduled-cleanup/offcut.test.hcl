now = "2026-01-31T03:15:00+08:00"

test "at night: a week old, and two days idle" {
  mock "upload" "stale" {
    bucket = "camera-ingest"
    key    = "incoming/a.mp4"
    age    = "7d"
    idle   = "2d"
  }

  mock "upload" "yesterday" {
    bucket = "camera-ingest"
    key    = "incoming/b.mp4"
    age    = "7d"
    idle   = "47h"
  }

  assert {
    condition     = verdict.stale.action == "abort" && verdict.yesterday.reason == "active"
    error_message = "idle_for is 48 hours."
  }
}

test "exports are judged by two weeks, whoever acts on that" {
  mock "upload" "export" {
    bucket = "nightly-exports"
    key    = "2026-01-10.csv"
    age    = "21d"
  }

  assert {
    condition     = verdict.export.rules == ["rule.watch_exports"]
    error_message = "Another rule decides about exports."
  }
}
