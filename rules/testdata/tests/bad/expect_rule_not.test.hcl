now = "2026-01-31T00:00:00Z"

test "t" { # ERROR: Precondition does not hold [col 1] | write expect_failures = [rule.backups["yearly"]]
  variables {
    window = "open"
  }
  mock "upload" "camera" {
    bucket = "media-prod"
    key    = "raw/a.mp4"
    age    = "3d"
  }
  assert {
    condition     = verdict.camera.action == "keep"
    error_message = "x"
  }
}
