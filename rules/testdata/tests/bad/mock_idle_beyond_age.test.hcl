now = "2026-01-31T00:00:00Z"

test "t" {
  mock "upload" "camera" {
    bucket = "media-prod"
    key    = "raw/a.mp4"
    age    = "3d"
    idle = "4d" # ERROR: Part before the start [col 12] | 2026-01-27T00:00:00Z
  }
  assert {
    condition     = verdict.camera.action == "keep"
    error_message = "It goes."
  }
}
