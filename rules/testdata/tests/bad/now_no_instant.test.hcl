now = "2026-01-31" # ERROR: Invalid instant [col 7] | date, time and zone

test "t" {
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
