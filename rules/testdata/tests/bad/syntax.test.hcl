now = "2026-01-31T00:00:00Z"

test "t" {
  now = = # ERROR: Invalid expression
}
