now = "2026-01-31T00:00:00Z"

test "t" {
  mock "upload" "camera" {
    bucket = "media-prod"
    key    = "raw/a.mp4"
    age    = var.stale_aftr # ERROR: Reference to undeclared variable [col 14] | Did you mean "stale_after"?
  }
  assert {
    condition     = verdict.camera.action == "keep"
    error_message = "It goes."
  }
}
