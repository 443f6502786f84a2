now = "2026-01-31T00:00:00Z"

test "t" {
  command = "plan" # ERROR: Unsupported argument [col 3] | not expected in a test block

  mock "upload" "camera" {
    bucket = "media-prod"
    key    = "raw/a.mp4"
    age    = "3d"
  }
  assert {
    condition     = verdict.camera.action == "keep"
    error_message = "It goes."
  }
}
