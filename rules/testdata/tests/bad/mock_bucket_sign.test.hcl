now = "2026-01-31T00:00:00Z"

test "t" {
  mock "upload" "camera" {
    bucket = "-media-" # ERROR: Invalid bucket name [col 14] | begins or ends with a sign
    key    = "raw/a.mp4"
    age    = "3d"
  }
  assert {
    condition     = verdict.camera.action == "keep"
    error_message = "It goes."
  }
}
