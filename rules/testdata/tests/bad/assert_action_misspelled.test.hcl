now = "2026-01-31T00:00:00Z"

test "t" {
  mock "upload" "camera" {
    bucket = "media-prod"
    key    = "raw/a.mp4"
    age    = "3d"
  }
  assert {
    condition     = "aborted" != (verdict.camera.action) # ERROR: Unknown action [col 21] | Did you mean "abort"?
    error_message = "x"
  }
}
