test "t" {
  expect_failures = [rule.media] # ERROR: Missing expected failure [col 22]
}
