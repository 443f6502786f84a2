now = "2026-01-31T00:00:00Z"

test "t" {
  mock "upload" "camera" {
    bucket = "media-prod"
    key    = "raw/a.mp4"
    age    = "3d"
  }
  assert { # ERROR: Missing required argument [col 3] | "condition" # ERROR: Missing required argument [col 3] | "error_message"
  }
}
