# Any store that speaks S3: here a MinIO on this machine.
#
#   export AWS_ACCESS_KEY_ID=minioadmin AWS_SECRET_ACCESS_KEY=minioadmin
#   offcut plan examples/minio-localhost
#
# The keys come from where the AWS tools look for them too: the environment, a
# profile, a role. Port 9000 is MinIO's, and that of "offcut emulator" too: one of them
# has to listen elsewhere.

provider "s3" {
  alias      = "minio"
  endpoint   = "http://127.0.0.1:9000"
  region     = "us-east-1"
  addressing = "path" # http://127.0.0.1:9000/BUCKET/KEY
}

rule "uploads" {
  description = "Browser uploads that were closed half-way"
  provider    = s3.minio # kind and alias

  scan {
    buckets      = ["uploads"]
    whole_bucket = true # MinIO lists nothing under a prefix that is not a key itself
    allow_empty  = true # a fresh MinIO has no bucket yet; that is no error
  }

  stale {
    older_than = "2d"
  }
}
