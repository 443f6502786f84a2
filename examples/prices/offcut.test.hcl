now = "2026-01-31T00:00:00Z"

test "what goes is counted in bytes, whatever it costs" {
  mock "upload" "film" {
    provider      = ks3
    bucket        = "media-prod"
    key           = "raw/film.mov"
    age           = "10d"
    size          = "2GiB"
    storage_class = "STANDARD"
  }

  mock "upload" "build" {
    provider = s3.minio
    bucket   = "builds"
    key      = "nightly/image.tar"
    age      = "4d"
    size     = "1GiB"
  }

  assert {
    condition     = verdict.film.action == "abort" && verdict.build.action == "abort"
    error_message = "Both are stale."
  }

  assert {
    condition     = plan.abort.bytes == bytes("3GiB")
    error_message = "Bytes of both stores are added; money is not."
  }
}

test "a leak of more than 1 TiB is told" {
  mock "upload" "dump" {
    provider = ks3
    bucket   = "media-prod"
    key      = "raw/dump.bin"
    age      = "30d"
    size     = "2TiB"
  }

  expect_failures = [check.leak]

  assert {
    condition     = verdict.dump.reason == "stale"
    error_message = "A large upload is aborted like any other; the check only warns."
  }
}
