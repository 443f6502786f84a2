now = "2026-01-31T00:00:00Z"

test "the camera's left-overs go, evidence stays" {
  mock "upload" "camera" {
    bucket = "media-prod"
    key    = "raw/cam-07/001.mp4"
    age    = "30d"
  }

  mock "upload" "evidence" {
    bucket = "media-prod"
    key    = "raw/legal/001.mp4"
    age    = "90d"
  }

  mock "upload" "live" {
    bucket = "media-prod"
    key    = "raw/live/001.mp4"
    age    = "20d"
    idle   = "1h30m"
  }

  assert {
    condition     = verdict.camera.action == "abort" && verdict.live.reason == "active"
    error_message = "What still sends stays."
  }

  assert {
    condition     = verdict.evidence.reason == "protected"
    error_message = "The case is open."
  }
}
