test "t" {
  expect_failures = [var.stale_aftr] # ERROR: Reference to undeclared variable [col 22] | Did you mean "stale_after"?
}
