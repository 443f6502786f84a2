now = "2026-01-31T00:00:00Z"

mock "upload" "backup" {
  bucket = "backups"
  key    = "2025-12.dump"
  age    = "30d"
}

mock "upload" "scratch" {
  bucket = "scratch"
  key    = "a.bin"
  age    = "30h"
}

test "every bucket of the table has its rule" {
  assert {
    condition     = verdict.backup.action == "abort" && verdict.backup.rules == ["rule.bucket[\"backups\"]"]
    error_message = "Backups have 30 days."
  }

  assert {
    condition     = verdict.scratch.reason == "young" && verdict.scratch.rules == ["rule.bucket[\"scratch\"]"]
    error_message = "Scratch has two days, with or without limits."
  }
}
