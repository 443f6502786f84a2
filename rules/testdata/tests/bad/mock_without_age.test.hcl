now = "2026-01-31T00:00:00Z"

test "t" {
  mock "upload" "camera" { # ERROR: Missing required argument [col 3] | does not say when the upload was initiated
    bucket = "media-prod"
    key    = "raw/a.mp4"
  }
  assert {
    condition     = verdict.camera.action == "keep"
    error_message = "It goes."
  }
}
