now = "2026-01-31T00:00:00Z"

test "t" {
  mock "upload" "camera" {
    bucket = "media-prod"
    key    = "raw/a.mp4"
    age    = "3d"
  }
  assert {
    condition     = verdict.camrea.action == "keep" # ERROR: Reference to undeclared mock [col 21] | Did you mean "camera"?
    error_message = "x"
  }
}
