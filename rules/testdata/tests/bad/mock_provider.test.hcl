now = "2026-01-31T00:00:00Z"

test "t" {
  mock "upload" "camera" {
    bucket = "media-prod"
    key    = "raw/a.mp4"
    age    = "3d"
    provider = s3.minio # ERROR: Reference to undeclared provider [col 16]
  }
  assert {
    condition     = verdict.camera.action == "keep"
    error_message = "It goes."
  }
}
