now = "2026-01-31T00:00:00Z"

test "t" {
  mock "upload" "camera" {
    bucket = "media-prod"
    key    = "raw/a.mp4"
    age    = "3d"
  }
  assert {
    condition     = verdict.camera.reason != "stael" # ERROR: Unknown reason [col 46] | Did you mean "stale"?
    error_message = "x"
  }
}
