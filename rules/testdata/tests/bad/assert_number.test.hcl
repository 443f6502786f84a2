now = "2026-01-31T00:00:00Z"

test "t" {
  mock "upload" "camera" {
    bucket = "media-prod"
    key    = "raw/a.mp4"
    age    = "3d"
  }
  assert {
    condition     = length(verdict.camera.rules) # ERROR: Wrong type of value [col 21] | needs true or false, but this is a number
    error_message = "x"
  }
}
