now = "2026-01-31T00:00:00Z"

test "t" {
  mock "upload" "camera" {
    bucket = "media-prod"
    key    = "raw/a.mp4"
    age    = "3d"
    idle = "1d" # ERROR: Parts that are not there [col 12]
    parts = 0
  }
  assert {
    condition     = verdict.camera.action == "keep"
    error_message = "It goes."
  }
}
