now = "2026-01-31T00:00:00Z"

test "t" {
  mock "upload" "camera" {
    bucket = "media-prod"
    key    = "raw/a.mp4"
    age    = "3d"
  }
  mock "upload" "my camera" { # ERROR: Invalid name [col 17] | asserts write verdict.NAME
    bucket = "media-prod"
    key    = "x"
    age    = "1d"
  }
  assert {
    condition     = verdict.camera.action == "keep"
    error_message = "It goes."
  }
}
