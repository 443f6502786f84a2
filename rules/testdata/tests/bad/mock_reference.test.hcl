now = "2026-01-31T00:00:00Z"

test "t" {
  mock "upload" "camera" {
    bucket = "media-prod"
    key    = "raw/a.mp4"
    age    = verdict.camera.age # ERROR: Invalid reference [col 14]
  }
  assert {
    condition     = verdict.camera.action == "keep"
    error_message = "It goes."
  }
}
