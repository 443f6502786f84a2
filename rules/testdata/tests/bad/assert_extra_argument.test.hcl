now = "2026-01-31T00:00:00Z"

test "t" {
  mock "upload" "camera" {
    bucket = "media-prod"
    key    = "raw/a.mp4"
    age    = "3d"
  }
  assert {
    condition     = verdict.camera.action == "keep"
    summary       = "x" # ERROR: Unsupported argument [col 5] | not expected in an assert block
    error_message = "It goes."
  }
}
