now = "2026-01-31T00:00:00Z"

test "t" {
  assert {
    condition     = verdict.camera.action == "keep" # ERROR: Reference to undeclared mock [col 21] | add mock "upload" "camera"
    error_message = "x"
  }
}
