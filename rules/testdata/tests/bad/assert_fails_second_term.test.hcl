now = "2026-01-31T00:00:00Z"

test "t" {
  mock "upload" "camera" {
    bucket = "media-prod"
    key    = "raw/a.mp4"
    age    = "3d"
  }
  assert {
    condition     = verdict.camera.action == "keep" && (verdict.camera.reason == "active") # ERROR: Test assertion failed [col 56] | It stays.
    error_message = "It stays."
  }
}
