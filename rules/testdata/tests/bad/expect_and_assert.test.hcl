now = "2026-01-31T00:00:00Z"

test "t" {
  expect_failures = [var.stale_after]

  assert { # ERROR: Assert that is never reached [col 3]
    condition     = verdict.camera.action == "keep"
    error_message = "x"
  }
}
