test "a threshold below two days is refused" {
  variables {
    stale_after = "1d"
  }

  expect_failures = [var.stale_after]
}

test "a rule that must not act" {
  now = "2026-01-31T00:00:00Z"

  variables {
    window = "open"
  }

  mock "upload" "dump" {
    bucket = "backups"
    key    = "yearly/2024.dump"
    age    = "61d"
  }

  expect_failures = [rule.backups["yearly"]]

  assert {
    condition     = verdict.dump.rules == ["rule.backups[\"yearly\"]"]
    error_message = "The verdict does not depend on the window."
  }
}
