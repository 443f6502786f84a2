test "a threshold below two days is refused" {
  variables {
    stale_after = "1d"
  }

  expect_failures = [var.stale_after]
}
