# The account that the runbooks are rehearsed on: a bucket with uploads that were left
# behind, and two users that may only do what their part of the work needs.
#
#   offcut emulator -config examples/runbooks/rehearsal.emulator.hcl

user "73398334" {
  name              = "owner"
  access_key_id     = "owner"
  secret_access_key = "owner-secret"
}

# May look, and can change nothing.
user "janitor-plan" {
  account           = "73398334"
  access_key_id     = "janitor-plan"
  secret_access_key = "janitor-plan-secret"

  policies = [jsonencode({
    Version = "2015-11-01"
    Statement = [
      {
        Effect   = "Allow"
        Action   = ["ks3:ListBuckets"]
        Resource = ["*"]
      },
      {
        Effect   = "Allow"
        Action   = ["ks3:ListBucketMultipartUploads", "ks3:ListMultipartUploadParts"]
        Resource = ["krn:ksc:ks3:::media-prod", "krn:ksc:ks3:::media-prod/*"]
      },
    ]
  })]
}

# May also abort, under the prefixes that the rules name.
user "janitor-apply" {
  account           = "73398334"
  access_key_id     = "janitor-apply"
  secret_access_key = "janitor-apply-secret"

  policies = [jsonencode({
    Version = "2015-11-01"
    Statement = [
      {
        Effect   = "Allow"
        Action   = ["ks3:ListBuckets"]
        Resource = ["*"]
      },
      {
        Effect   = "Allow"
        Action   = ["ks3:ListBucketMultipartUploads", "ks3:ListMultipartUploadParts"]
        Resource = ["krn:ksc:ks3:::media-prod", "krn:ksc:ks3:::media-prod/*"]
      },
      {
        Effect   = "Allow"
        Action   = ["ks3:AbortMultipartUpload"]
        Resource = ["krn:ksc:ks3:::media-prod/raw/*", "krn:ksc:ks3:::media-prod/tmp/*"]
      },
    ]
  })]
}

bucket "media-prod" {
  owner = "73398334"
}

# A camera that leaves its uploads behind, and another that did so twice.
seed "media-prod" {
  count     = 14
  key       = "raw/cam-07/%03d.mp4"
  age       = "30d5h30m"
  parts     = 3
  part_size = "512MiB"
}

seed "media-prod" {
  count     = 2
  key       = "raw/cam-02/%03d.mp4"
  age       = "12d5h30m"
  parts     = 2
  part_size = "512MiB"
}

# Evidence in a case.
seed "media-prod" {
  count     = 1
  key       = "raw/legal/%03d.mp4"
  age       = "90d5h30m"
  parts     = 4
  part_size = "512MiB"
}

# Old, but it still receives parts; and one of this week.
seed "media-prod" {
  count     = 1
  key       = "raw/live/%03d.mp4"
  age       = "20d5h30m"
  idle      = "1h30m30s" # no two outputs fall on both sides of a minute
  parts     = 90
  part_size = "64MiB"
}

seed "media-prod" {
  count     = 1
  key       = "raw/cam-02/new-%03d.mp4"
  age       = "2d5h30m"
  parts     = 1
  part_size = "512MiB"
}

seed "media-prod" {
  count     = 4
  key       = "tmp/%03d.bin"
  age       = "15d5h30m"
  parts     = 1
  part_size = "8MiB"
}
