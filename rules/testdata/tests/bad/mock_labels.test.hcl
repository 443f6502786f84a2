now = "2026-01-31T00:00:00Z"

test "t" {
  mock "camera" { # ERROR: Wrong number of labels [col 3]
  }
  assert {
    condition     = verdict.camera.action == "keep"
    error_message = "It goes."
  }
}
