now = "2026-01-31T00:00:00Z"

test "what goes is counted in bytes, and in the money of its store" {
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

    storage_class = "STANDARD"
  }

  assert {
    condition     = verdict.film.action == "abort" && verdict.build.action == "abort"
    error_message = "Both are stale."
  }

  assert {
    condition     = plan.abort.bytes == bytes("3GiB")
    error_message = "Bytes of both stores are added; money is not."
  }

  assert {
    condition     = plan.abort.monthly_cost["CNY"] == 0.24 && plan.abort.monthly_cost["USD"] == 0.01
    error_message = "Each is what its price block says."
  }
}

test "a leak that costs more than 350 CNY a month is told" {
  mock "upload" "dump" {
    provider      = ks3
    bucket        = "media-prod"
    key           = "raw/dump.bin"
    age           = "30d"
    size          = "3TiB"
    storage_class = "STANDARD"
  }

  expect_failures = [check.spend]

  assert {
    condition     = plan.abort.monthly_cost["CNY"] == 3 * 1024 * 0.12
    error_message = "Three TiB at 0.12 CNY a GiB."
  }

  assert {
    condition     = verdict.dump.reason == "stale"
    error_message = "A large upload is aborted like any other; the check only warns."
  }
}

test "what has no price is not passed over" {
  mock "upload" "old" {
    provider      = ks3
    bucket        = "media-prod"
    key           = "raw/old.mov"
    age           = "90d"
    size          = "1GiB"
    storage_class = "DEEP_ARCHIVE"
  }

  expect_failures = [check.spend]

  assert {
    condition     = plan.abort.monthly_cost["CNY"] == 0 && plan.abort.unpriced_bytes == bytes("1GiB")
    error_message = "DEEP_ARCHIVE has no price."
  }
}
