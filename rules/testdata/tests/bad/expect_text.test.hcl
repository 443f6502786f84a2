test "t" {
  expect_failures = ["var.stale_after", 3] # ERROR: Invalid reference [col 22] | without quotes # ERROR: Invalid reference [col 41] | without quotes
}
