now = "2026-01-31T00:00:00Z"

test "t" {
  variables {
    stale_aftr = "3d" # ERROR: Value for undeclared variable [col 5] | Did you mean "stale_after"?
  }
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
