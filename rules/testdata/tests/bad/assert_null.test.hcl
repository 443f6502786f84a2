now = "2026-01-31T00:00:00Z"

test "t" {
  mock "upload" "camera" {
    bucket = "media-prod"
    key    = "raw/a.mp4"
    age    = "3d"
  }
  assert {
    condition     = verdict.camera.by == null ? null : true # ERROR: Wrong type of value [col 21] | neither true nor false
    error_message = "x"
  }
}
