# The values in offcut.vars.hcl count here too, and those of a test win over them.

now = "2026-01-31T00:00:00Z"

test "every team of the list has its bucket" {
  mock "upload" "photos" {
    bucket = "ingest-photos"
    key    = "tmp/album.zip"
    age    = "12d"
  }

  assert {
    condition     = verdict.photos.rules == ["rule.ingest"] && verdict.photos.action == "abort"
    error_message = "Ten days are the default."
  }
}

test "a team that is not in the list has none" {
  variables {
    teams = ["maps"]
  }

  mock "upload" "photos" {
    bucket = "ingest-photos"
    key    = "tmp/album.zip"
    age    = "12d"
  }

  assert {
    condition     = verdict.photos.reason == "filtered"
    error_message = "No rule looks at the bucket of another team."
  }
}

test "the longest prefix decides" {
  mock "upload" "rendering" {
    bucket = "ingest-maps"
    key    = "tmp/render/tiles.tar"
    age    = "12d"
  }

  assert {
    condition     = verdict.rendering.reason == "young" && verdict.rendering.rules == ["rule.render"]
    error_message = "A rendering has a month."
  }
}
