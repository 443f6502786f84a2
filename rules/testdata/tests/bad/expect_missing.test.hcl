test "t" {
  expect_failures = [var.stale_after] # ERROR: Missing expected failure [col 22] | it holds with the values of this test
}
