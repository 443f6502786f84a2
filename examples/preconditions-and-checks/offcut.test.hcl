now = "2026-01-31T00:00:00Z"

mock "upload" "backup" {
  bucket = "backups"
  key    = "2025-12.dump"
  age    = "20d"
}

test "on a usual night nothing stops the rule" {
  assert {
    condition     = verdict.backup.action == "abort"
    error_message = "Twenty days are enough."
  }
}

test "during a restore the rule does not act" {
  variables {
    restore_running = true
  }

  expect_failures = [rule.backups]

  mock "upload" "scratch" {
    bucket = "scratch"
    key    = "a.bin"
    age    = "2d"
  }

  # Other rules go on.
  assert {
    condition     = verdict.scratch.action == "abort"
    error_message = "A stopped rule stops no other."
  }
}

test "a threshold below a week stops the rule" {
  variables {
    stale_after = "5d"
  }

  expect_failures = [rule.backups]
}

test "a large leak is told" {
  mock "upload" "image" {
    bucket = "backups"
    key    = "whole-disk.img"
    age    = "20d"
    parts  = 10000
    size   = "2TiB"
  }

  expect_failures = [check.leak]

  assert {
    condition     = plan.abort.uploads == 2 && plan.rules["rule.backups"].abort.bytes > bytes("2TiB")
    error_message = "A check stops nothing."
  }
}
