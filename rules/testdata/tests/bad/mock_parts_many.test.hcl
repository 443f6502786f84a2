now = "2026-01-31T00:00:00Z"

test "t" {
  mock "upload" "camera" {
    bucket = "media-prod"
    key    = "raw/a.mp4"
    age    = "3d"
    parts = 10001 # ERROR: Invalid number [col 13] | at most 10000
  }
  assert {
    condition     = verdict.camera.action == "keep"
    error_message = "It goes."
  }
}
