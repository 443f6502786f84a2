now = "1960-01-31T00:00:00Z" # ERROR: Invalid instant [col 7] | before 1970

test "t" {
  mock "upload" "camera" {
    bucket = "media-prod"
    key    = "raw/a.mp4"
    age    = "3d"
  }
  assert {
    condition     = verdict.camera.action == "keep"
    error_message = "It goes."
  }
}
