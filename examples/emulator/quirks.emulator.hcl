# A server that lies as a MinIO of 2026 does: an empty prefix lists everything in
# one page and in no order, any other prefix finds nothing but that very key, an
# abort is always answered with 204, and after a restart nothing is listed.
#
#   offcut emulator -config examples/emulator/quirks.emulator.hcl
#
# Does your clean-up job notice? Nothing in an empty answer tells that a prefix was
# not understood. "offcut plan" asks once more without it: under prefixes = ["raw/"]
# the listing fails and says why, and with whole_bucket = true all 40 are found.
#
# The other profiles are versitygw, seaweedfs, moto and gofakes3. While the server
# runs:
#
#   curl http://127.0.0.1:9001/-/switches
#   curl -X PATCH -d '{"profile": "seaweedfs"}' http://127.0.0.1:9001/-/switches
#   curl -X DELETE http://127.0.0.1:9001/-/switches      # honest again

user "73398334" {
  access_key_id     = "team"
  secret_access_key = "team-secret"
}

switches {
  profile  = "minio"
  instants = "beijing" # what is set here beside a profile comes on top of it
}

seed "media" {
  count     = 40
  key       = "raw/%03d.mp4"
  age       = "30d"
  parts     = 1
  part_size = "8MiB"
}
