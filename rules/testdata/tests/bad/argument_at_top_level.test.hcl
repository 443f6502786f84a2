now = "2026-01-31T00:00:00Z"

when = 1 # ERROR: Unsupported argument [col 1] | in a file of tests outside of its blocks

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
