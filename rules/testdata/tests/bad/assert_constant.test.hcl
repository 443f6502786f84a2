now = "2026-01-31T00:00:00Z"

test "t" {
  mock "upload" "camera" {
    bucket = "media-prod"
    key    = "raw/a.mp4"
    age    = "3d"
  }
  assert {
    condition     = 1 < 2 # ERROR: Condition without a reference [col 21] | whatever the rules say
    error_message = "x"
  }
}
