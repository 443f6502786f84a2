now = "2026-01-31T00:00:00Z"

test "an upload of a browser is given two days" {
  mock "upload" "closed" {
    bucket = "uploads"
    key    = "holiday.mov"
    age    = "2d"
  }

  mock "upload" "open" {
    bucket = "uploads"
    key    = "film.mov"
    age    = "1d23h"
  }

  # MinIO does not always tell when an upload was initiated. It stays then.
  mock "upload" "no_start" {
    bucket        = "uploads"
    key           = "song.flac"
    unknown_start = true
  }

  assert {
    condition     = verdict.closed.action == "abort" && verdict.open.reason == "young"
    error_message = "Two days are the threshold."
  }

  assert {
    condition     = verdict.no_start.reason == "start-unknown"
    error_message = "No age is guessed."
  }
}
