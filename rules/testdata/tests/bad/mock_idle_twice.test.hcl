now = "2026-01-31T00:00:00Z"

test "t" {
  mock "upload" "camera" {
    bucket = "media-prod"
    key    = "raw/a.mp4"
    age    = "3d"
    idle = "1d"
    last_part = "2026-01-29T00:00:00Z" # ERROR: Conflicting arguments [col 5]
  }
  assert {
    condition     = verdict.camera.action == "keep"
    error_message = "It goes."
  }
}
