now = "2026-01-31T00:00:00Z"

test "t" {
  variables {
    stale_after = var.stale_after # ERROR: Variables not allowed [col 19] | before the rules are loaded
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
