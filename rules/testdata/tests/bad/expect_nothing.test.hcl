test "t" {
  expect_failures = [] # ERROR: Invalid reference [col 21] | lists what is to fail
}
