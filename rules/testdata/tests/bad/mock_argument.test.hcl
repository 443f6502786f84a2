now = "2026-01-31T00:00:00Z"

test "t" {
  mock "upload" "camera" {
    bucket = "media-prod"
    key    = "raw/a.mp4"
    age    = "3d"
    agee = "1d" # ERROR: Unsupported argument [col 5] | Did you mean "age"?
  }
  assert {
    condition     = verdict.camera.action == "keep"
    error_message = "It goes."
  }
}
