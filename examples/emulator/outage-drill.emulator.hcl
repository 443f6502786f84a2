# A bad night, to see what a clean-up job makes of it: its exit code, its report,
# and what it leaves behind for the next run.
#
#   offcut emulator -config examples/emulator/outage-drill.emulator.hcl

user "73398334" {
  access_key_id     = "team"
  secret_access_key = "team-secret"
}

# Every seventh abort is denied, as if a right were missing. Of the others some
# are told that the store is overloaded, and when to come back.
fault "AbortMultipartUpload" {
  every  = 7
  status = 403
  code   = "AccessDenied"
}

fault "AbortMultipartUpload" {
  every       = 3
  times       = 10
  status      = 503
  code        = "SlowDown"
  retry_after = "1s"
}

# These aborts are done, and their answers are lost on the way.
fault "AbortMultipartUpload" {
  key   = "raw/01*"
  when  = "after"
  cut   = true
  times = 4
}

# Two pages of the listing break off in the middle, and list parts is slow.
fault "ListMultipartUploads" {
  body  = "truncated"
  times = 2
}

fault "ListParts" {
  every = 10
  delay = "300ms"
}

# The whole server takes 200 requests a second; refused ones count too, so that a
# client that hammers gets nothing at all.
rate_limit {
  requests_per_second = 200
  burst               = 50
  count_refused       = true
}

# More than one thing can be tried at a time, from another terminal, while the
# server runs. A part that lands right after its upload's abort, for example, so
# that the upload is there again:
#
#   curl -X PATCH -d '{"abort_leaves": "late-part"}' http://127.0.0.1:9001/-/switches

seed "media" {
  count     = 100
  key       = "raw/%03d.mp4"
  age       = "30d"
  parts     = 2
  part_size = "8MiB"
}
