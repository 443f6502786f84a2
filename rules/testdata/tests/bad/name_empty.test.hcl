now = "2026-01-31T00:00:00Z"

test " " { # ERROR: Invalid name [col 6]
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
