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

test "a plan that is too large" {
  now = "2026-01-31T00:00:00Z"

  mock "upload" "small" {
    bucket = "media-prod"
    key    = "raw/a"
    age    = "10d"
    parts  = 3
  }
  mock "upload" "large" {
    bucket = "backups"
    key    = "daily/a"
    age    = "20d"
    size   = "1GiB"
  }
  mock "upload" "young" {
    bucket = "backups"
    key    = "daily/b"
    age    = "1d"
  }

  expect_failures = [check.leak]

  assert {
    condition = plan.abort == {
      uploads        = 2
      bytes          = bytes("1GiB") + 3 * bytes("8MiB")
      parts          = 4
      monthly_cost   = { USD = 0 }
      unpriced_bytes = bytes("1GiB") + 3 * bytes("8MiB")
    } && plan.kept.young == 1 && plan.listed == 3
    error_message = "The plan is ${jsonencode(plan)}."
  }
  assert {
    condition     = plan.rules["rule.backups[\"daily\"]"].listed == 2 && plan.rules["rule.media"].abort.uploads == 1 && !plan.rules["rule.media"].stopped
    error_message = "The rules are ${jsonencode(plan.rules)}."
  }
}
