now = "2026-01-31T00:00:00Z"

test "only what lies under tmp/ is looked at" {
  mock "upload" "scratch" {
    bucket = "media-prod"
    key    = "tmp/a.bin"
    age    = "8d"
  }

  mock "upload" "other" {
    bucket = "media-prod"
    key    = "raw/a.bin"
    age    = "8d"
  }

  assert {
    condition     = verdict.scratch.action == "abort" && verdict.other.reason == "filtered"
    error_message = "The schedule changes nothing about what is stale."
  }
}
