# Who may what: an account with three users, another account, and a public bucket.
#
#   offcut emulator -config examples/emulator/policies.emulator.hcl
#
# Try a policy here before it is given to a real key: what it lacks is answered
# with 403 AccessDenied, and the answer and the log say which action on what. The
# export lines that the command prints have the owner's key; for another user:
#
#   export KS3_ACCESS_KEY_ID=janitor-plan KS3_ACCESS_KEY_SECRET=janitor-plan-secret

# An account may do everything with its own buckets.
user "73398334" {
  name              = "owner"
  access_key_id     = "owner"
  secret_access_key = "owner-secret"
}

# A user of the account may do only what its policies allow. This one is for
# "offcut plan": it can change nothing.
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
        Resource = ["krn:ksc:ks3:::media", "krn:ksc:ks3:::media/*"]
      },
    ]
  })]
}

# And this one for "offcut apply": it may abort, but only under raw/.
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
        Resource = ["krn:ksc:ks3:::media", "krn:ksc:ks3:::media/*"]
      },
      {
        Effect   = "Allow"
        Action   = ["ks3:AbortMultipartUpload"]
        Resource = ["krn:ksc:ks3:::media/raw/*"]
      },
    ]
  })]
}

# An uploader without the right to tag: uploads without x-kss-tagging work, those
# with it get 403. It may come from this machine only.
user "uploader" {
  account           = "73398334"
  access_key_id     = "uploader"
  secret_access_key = "uploader-secret"

  policies = [jsonencode({
    Version = "2015-11-01"
    Statement = [{
      Effect    = "Allow"
      Action    = ["ks3:PutObject"]
      Resource  = ["krn:ksc:ks3:::media/raw/*"]
      Condition = { IpAddress = { "ksc:SourceIp" = ["127.0.0.0/8"] } }
    }]
  })]
}

# Another account. The policy of the bucket "shared" lets it upload there.
user "88002200" {
  name              = "partner"
  access_key_id     = "partner"
  secret_access_key = "partner-secret"
}

bucket "media" {
  owner = "73398334"
}

bucket "shared" {
  owner = "73398334"

  policy = jsonencode({
    Version = "2015-11-01"
    Statement = [{
      Effect    = "Allow"
      Principal = { KSC = ["krn:ksc:iam::88002200:root"] }
      Action    = ["ks3:PutObject", "ks3:AbortMultipartUpload", "ks3:ListMultipartUploadParts"]
      Resource  = ["krn:ksc:ks3:::shared/incoming/*"]
    }]
  })
}

# Everybody may list what is here, put objects and delete them, without a key:
#
#   curl -T FILE http://127.0.0.1:9000/drop-box/
#
# To read one needs a right on the object, and an upload in parts a signature;
# nobody but the owner may abort it.
bucket "drop-box" {
  owner = "73398334"
  acl   = "public-read-write"
}

seed "media" {
  count     = 20
  key       = "raw/%03d.mp4"
  age       = "30d"
  parts     = 2
  part_size = "8MiB"
}

# Outside of raw/: the plan names them, and the apply is told 403 for each.
seed "media" {
  count     = 3
  key       = "final/%03d.mp4"
  age       = "30d"
  parts     = 2
  part_size = "8MiB"
}
