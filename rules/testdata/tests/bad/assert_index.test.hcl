now = "2026-01-31T00:00:00Z"

test "t" {
  mock "upload" "camera" {
    bucket = "media-prod"
    key    = "raw/a.mp4"
    age    = "3d"
  }
  assert {
    condition     = verdict.camera.rules[3] == "rule.media" # ERROR: Invalid index
    error_message = "x"
  }
}
