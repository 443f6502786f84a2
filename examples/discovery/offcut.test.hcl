# The bucket list of the provider is made up, too.

now = "2026-01-31T00:00:00Z"

mock "bucket" "media-prod" {}

mock "bucket" "media-archive" {}

mock "bucket" "backups" {}

test "only buckets that the data block finds are looked at" {
  mock "upload" "found" {
    bucket = "media-prod"
    key    = "raw/a.mp4"
    age    = "8d"
  }

  mock "upload" "excluded" {
    bucket = "media-archive"
    key    = "raw/a.mp4"
    age    = "8d"
  }

  assert {
    condition     = data.buckets.media.names == tolist(["media-prod"])
    error_message = "Found: ${join(", ", data.buckets.media.names)}."
  }

  assert {
    condition     = verdict.found.action == "abort" && verdict.excluded.reason == "filtered"
    error_message = "The excluded bucket has no rule."
  }
}
