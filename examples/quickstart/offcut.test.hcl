# What the rules of this directory decide about uploads that are made up here:
#
#   offcut test examples/quickstart
#
# A test has no clock: it says what time it is, and how old each upload is then.

now = "2026-01-31T00:00:00Z"

test "a week old and idle: to be aborted" {
  mock "upload" "camera" {
    bucket = "media-prod"
    key    = "raw/cam-07/001.mp4"
    age    = "10d"
    idle   = "3d"
  }

  assert {
    condition     = verdict.camera.action == "abort" && verdict.camera.reason == "stale"
    error_message = "Nobody continues this upload."
  }
}

test "young uploads and those that still receive parts stay" {
  mock "upload" "young" {
    bucket = "media-prod"
    key    = "raw/cam-07/002.mp4"
    age    = "6d23h"
  }

  mock "upload" "active" {
    bucket = "media-prod"
    key    = "raw/cam-07/003.mp4"
    age    = "30d"
    idle   = "5h"
  }

  assert {
    condition     = verdict.young.reason == "young" && verdict.active.reason == "active"
    error_message = "Work in progress must not be aborted."
  }
}

test "after two months even an active upload goes" {
  mock "upload" "endless" {
    bucket = "media-archive"
    key    = "tmp/endless.bin"
    age    = "60d"
    idle   = "1m"
  }

  assert {
    condition     = verdict.endless.reason == "over-lifetime"
    error_message = "max_lifetime is 60 days."
  }
}

test "evidence and what is excluded stay for ever" {
  mock "upload" "evidence" {
    bucket = "media-prod"
    key    = "raw/legal/cam-07.mp4"
    age    = "300d"
  }

  mock "upload" "excluded" {
    bucket = "media-prod"
    key    = "raw/keep/cam-07.mp4"
    age    = "300d"
  }

  assert {
    condition     = verdict.evidence.by == "protect.legal_hold" && verdict.excluded.reason == "filtered"
    error_message = "Both must stay."
  }
}

test "backups have two weeks" {
  mock "upload" "monday" {
    bucket = "backups"
    key    = "monday.dump"
    age    = "13d"
  }

  mock "upload" "december" {
    bucket = "backups"
    key    = "december.dump"
    age    = "14d"
  }

  assert {
    condition     = verdict.monday.action == "keep" && verdict.december.rules == ["rule.broken_backups"]
    error_message = "Exactly two weeks are old enough, and less is not."
  }
}
