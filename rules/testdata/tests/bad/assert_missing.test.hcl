now = "2026-01-31T00:00:00Z"

test "t" { # ERROR: Missing required block [col 1] | A test without an assert block tests nothing
  mock "upload" "camera" {
    bucket = "media-prod"
    key    = "raw/a.mp4"
    age    = "3d"
  }
}
