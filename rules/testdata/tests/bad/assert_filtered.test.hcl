now = "2026-01-31T00:00:00Z"

test "t" {
  mock "upload" "camera" {
    bucket = "media-prod"
    key    = "rwa/a.mp4"
    age    = "30d"
  }
  mock "upload" "kept" {
    bucket = "media-prod"
    key    = "raw/keep/a.mp4"
    age    = "30d"
  }
  assert {
    condition     = verdict.camera.action == "abort" # ERROR: Test assertion failed [col 21] | rule.media looks at this bucket, but only under "raw/" and "tmp/"
    error_message = "x"
  }
  assert {
    condition     = verdict.kept.action == "abort" # ERROR: Test assertion failed [col 21] | kept: kept as filtered: rule.media excludes "raw/keep/**"
    error_message = "x"
  }
}
