now = "2026-01-31T00:00:00Z"

mock "upload" "camera" {
  bucket = "ingest"
  key    = "sh/cam-07/001.mp4"
  age    = "10d"
}

test "a week is the default" {
  assert {
    condition     = verdict.camera.reason == "stale"
    error_message = "Ten days are more than a week."
  }
}

test "a value from outside counts" {
  variables {
    stale_after = "14d"
  }

  assert {
    condition     = verdict.camera.reason == "young"
    error_message = "Ten days are less than two weeks."
  }
}

test "less than three days is refused" {
  variables {
    stale_after = "2d"
  }

  expect_failures = [var.stale_after]
}

test "what is no duration is refused" {
  variables {
    stale_after = "a week"
  }

  expect_failures = [var.stale_after]
}

test "a prefix without a slash is refused" {
  variables {
    sites = { hainan = { prefix = "hn" } }
  }

  expect_failures = [var.sites]
}
