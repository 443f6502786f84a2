now = "2026-01-31T00:00:00Z"

test "t" {
  mock "upload" "camera" {
    bucket = "media-prod"
    key    = "raw/a.mp4"
    age    = "3d"
  }
  mock "bucket" "media-prod" {
    age = "1d" # ERROR: Unsupported argument [col 5]
  }
  assert {
    condition     = verdict.camera.action == "keep"
    error_message = "It goes."
  }
}
