now = "2026-01-31T00:00:00Z"

test "t" {
  mock "upload" "camera" { # ERROR: Missing required argument | "bucket" # ERROR: Missing required argument | "key"
  }
  assert {
    condition     = verdict.camera.action == "keep"
    error_message = "It goes."
  }
}
