now = "2026-01-31T00:00:00Z"

test "the slowest team decides for all" {
  mock "upload" "photos" {
    bucket = "ingest-photos"
    key    = "tmp/album.zip"
    age    = "20d"
  }

  mock "upload" "video" {
    bucket = "ingest-video"
    key    = "parts/film.mov"
    age    = "21d"
  }

  mock "upload" "sending" {
    bucket = "ingest-video"
    key    = "parts/series.mov"
    age    = "30d"
    idle   = "2d23h"
  }

  assert {
    condition     = local.older_than == "21d" && local.scratch == ["tmp/", "upload/", "parts/"]
    error_message = "The locals are not what the table says."
  }

  assert {
    condition     = verdict.photos.reason == "young" && verdict.video.reason == "stale"
    error_message = "Exactly 21 days are old enough, and less is not."
  }

  assert {
    condition     = verdict.sending.reason == "active"
    error_message = "idle_for is three days: a day for every week."
  }
}
