test "t" {
  expect_failures = [rule.backups["hourly"]] # ERROR: Reference to undeclared rule [col 22] | Declared:
}
