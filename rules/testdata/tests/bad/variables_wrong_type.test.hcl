now = "2026-01-31T00:00:00Z"

test "t" {
  variables {
    stale_after = ["3d"] # ERROR: Invalid value for a variable [col 19] | var.stale_after
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
