test "t" {
  expect_failures = [check.leek] # ERROR: Reference to undeclared check [col 22] | Did you mean "check.leak"?
}
