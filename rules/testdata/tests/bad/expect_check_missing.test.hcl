test "t" {
  expect_failures = [check.leak] # ERROR: Missing expected failure [col 22]
}
