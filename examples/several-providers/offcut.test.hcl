now = "2026-01-31T00:00:00Z"

test "one name of a bucket on two stores is two buckets" {
  mock "upload" "on_ks3" {
    provider = ks3
    bucket   = "media-bj"
    key      = "raw/a.mp4"
    age      = "10d"
  }

  mock "upload" "on_minio" {
    provider = s3.minio
    bucket   = "media-bj"
    key      = "raw/a.mp4"
    age      = "10d"
  }

  assert {
    condition     = verdict.on_ks3.rules == ["rule.beijing"] && verdict.on_ks3.action == "abort"
    error_message = "KS3 has a week."
  }

  assert {
    condition     = verdict.on_minio.rules == ["rule.minio"] && verdict.on_minio.reason == "young"
    error_message = "MinIO has a month."
  }
}

test "a rule looks at its own provider only" {
  mock "upload" "elsewhere" {
    provider = ks3.shanghai
    bucket   = "media-bj"
    key      = "raw/a.mp4"
    age      = "90d"
  }

  mock "upload" "shanghai" {
    provider = ks3.shanghai
    bucket   = "media-sh"
    key      = "raw/a.mp4"
    age      = "90d"
  }

  assert {
    condition     = verdict.shanghai.rules == ["rule.shanghai"]
    error_message = "Shanghai has a rule of its own."
  }

  assert {
    condition     = verdict.elsewhere.reason == "filtered"
    error_message = "No rule looks at this bucket in Shanghai."
  }
}
