now = "2026-01-31T00:00:00Z"

test "each area has its own threshold" {
  mock "upload" "raw" {
    bucket = "media-prod"
    key    = "raw/cam-07/001.mp4"
    age    = "10d"
  }

  mock "upload" "tmp" {
    bucket = "media-prod"
    key    = "tmp/001.bin"
    age    = "10d"
  }

  assert {
    condition     = verdict.raw.reason == "young" && verdict.raw.rules == ["rule.area[\"raw\"]"]
    error_message = "Raw material has 30 days."
  }

  assert {
    condition     = verdict.tmp.reason == "stale" && verdict.tmp.rules == ["rule.area[\"tmp\"]"]
    error_message = "Scratch has three days."
  }
}

test "each team has its own bucket" {
  mock "upload" "maps" {
    bucket = "team-maps"
    key    = "tiles.tar"
    age    = "15d"
  }

  mock "upload" "other" {
    bucket = "team-video"
    key    = "film.mov"
    age    = "15d"
  }

  assert {
    condition     = verdict.maps.rules == ["rule.team[\"maps\"]"] && verdict.other.reason == "filtered"
    error_message = "Only the teams of the list have a rule."
  }
}
