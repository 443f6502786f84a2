# A KS3 server with one account and some abandoned uploads.
#
#   offcut emulator -config examples/emulator/plain.emulator.hcl
#
# The first user's key is the one in the export lines that the command prints.

user "73398334" {
  name              = "team-media"
  access_key_id     = "team"
  secret_access_key = "team-secret" # of this server only; never a real one
}

bucket "media" {
  region = "BEIJING"
  type   = "NORMAL" # ARCHIVE: what names no storage class becomes ARCHIVE
}

# 200 uploads, made 12 days ago. The last part of each came 3 days ago, but every
# tenth has been silent for 45 days.
seed "media" {
  count       = 200
  key         = "raw/cam-%03d.mp4"
  age         = "12d"
  idle        = "3d"
  parts       = 3 # metadata only: nothing is on disk, and Complete refuses them
  part_size   = "64MiB"
  stale_every = 10
  stale_age   = "45d"
}
