now = "2026-01-31T00:00:00Z"

test "only what costs something goes" {
  mock "upload" "large" {
    bucket        = "media-prod"
    key           = "raw/film.mov"
    age           = "10d"
    size          = "2GiB"
    storage_class = "STANDARD"
  }

  mock "upload" "small" {
    bucket        = "media-prod"
    key           = "raw/thumb.jpg"
    age           = "10d"
    size          = "1MiB"
    storage_class = "STANDARD"
  }

  mock "upload" "archive" {
    bucket        = "media-prod"
    key           = "raw/old.tar"
    age           = "10d"
    parts         = 0
    storage_class = "ARCHIVE"
  }

  mock "upload" "class_not_told" {
    bucket = "media-prod"
    key    = "raw/unknown.bin"
    age    = "10d"
    size   = "1MiB"
  }

  assert {
    condition     = verdict.large.reason == "stale" && verdict.archive.reason == "stale"
    error_message = "Both are paid for."
  }

  assert {
    condition     = verdict.small.reason == "filtered"
    error_message = "A small upload is left alone."
  }

  assert {
    condition     = verdict.class_not_told.action == "keep" && verdict.class_not_told.reason == "where-failed"
    error_message = "Nothing is guessed about the storage class."
  }
}

test "only what a robot left goes" {
  mock "upload" "robot" {
    bucket = "drop-box"
    key    = "night/1.part"
    age    = "3d"
    owner  = base64encode("73398335")
  }

  mock "upload" "person" {
    bucket = "drop-box"
    key    = "night/2.part"
    age    = "3d"
    owner  = base64encode("88002200")
  }

  mock "upload" "nobody" {
    bucket = "drop-box"
    key    = "night/3.part"
    age    = "3d"
  }

  assert {
    condition     = verdict.robot.action == "abort"
    error_message = "It is a robot's."
  }

  assert {
    condition     = verdict.person.reason == "filtered" && verdict.nobody.reason == "where-failed"
    error_message = "Another's upload stays, and so does one whose owner is not told."
  }
}
