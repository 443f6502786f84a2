// Package emulator is the other end of the wire: a KS3 server for multipart
// uploads over real sockets, with real signatures and durable state. A runbook
// is rehearsed on it, an uploader is tested on it, and the demo and the tests
// stand on it.
//
// SPEC.md beside this file is the reference: every operation, header, limit,
// error and switch, what was chosen where KS3's pages are silent, and what is not
// built. What the server does not do it refuses with 501 NotImplemented; it never
// takes what asks for more and leaves it without effect.
//
// # What is kept, and where
//
// Metadata is in one bbolt file, the bytes of parts are in files beside it:
//
//	DIR/state.db       buckets, their settings, uploads, parts, objects
//	DIR/parts/ab/ab…   one file per part, under a random name; keys are never file names
//	DIR/tmp/           parts that are being received
//
// A part is written, synced and renamed before its metadata is committed, and
// only then acknowledged. Files that no metadata names are removed by Open.
// Complete moves no bytes: an object is the list of its parts' files.
//
// Without a directory the state is temporary and nothing is synced.
//
// # Configuration
//
// A file *.emulator.hcl describes users, buckets, seeded uploads, and what is to
// go wrong:
//
//	user "73398334" {
//	  access_key_id     = "offcut"
//	  secret_access_key = "offcut-secret"
//	  name              = "offcut"        # display name; the id when left out
//	  session_token     = "..."           # when set, every request of this key must carry it
//	}
//
//	user "73398335" {
//	  access_key_id     = "uploader"
//	  secret_access_key = "uploader-secret"
//	  account           = "73398334"      # belongs to that user, and may do only what policies allow
//	  policies = [jsonencode({
//	    Statement = [{ Effect = "Allow", Action = ["ks3:PutObject"], Resource = ["krn:ksc:ks3:::media/*"] }]
//	  })]
//	}
//
//	bucket "media" {
//	  region = "BEIJING"                  # the server's default when left out
//	  type   = "NORMAL"                   # or ARCHIVE and the types of the SDKs
//	  owner  = "73398334"                 # the first user when left out
//	  acl    = "private"                  # or public-read, public-read-write
//	  policy = jsonencode({
//	    Statement = [{
//	      Effect    = "Deny",
//	      Principal = { KSC = ["krn:ksc:iam::73398334:user/73398335"] },
//	      Action    = ["ks3:AbortMultipartUpload"],
//	      Resource  = ["krn:ksc:ks3:::media/*"],
//	    }]
//	  })
//	}
//
//	seed "media" {
//	  count         = 1000                # uploads
//	  key           = "raw/%06d.mp4"      # %d or %06d: the number of the upload, from 0. Without it all have one key
//	  age           = "12d"               # since it was initiated
//	  idle          = "3d"                # since its parts were stored; the age when left out
//	  parts         = 3                   # of each upload: metadata only, without bytes
//	  part_size     = "64MiB"
//	  storage_class = "STANDARD_IA"       # by bucket type when left out
//	  stale_every   = 100                 # each hundredth upload, from number 0, ...
//	  stale_age     = "45d"               # ... has this age and idle time instead
//	}
//
//	switches {
//	  profile      = "minio"              # habits of gofakes3, minio, moto, seaweedfs or versitygw, ...
//	  second_abort = "ks3"                # ... but this one is KS3's
//	  date         = "-7m"                # the Date header is late
//	  seed         = 7                    # of what probability draws
//	}
//
//	fault "AbortMultipartUpload" {        # an action of the access log, or "*"
//	  bucket      = "media"               # every one when left out
//	  key         = "raw/*.mp4"           # a * stands for any bytes
//	  every       = 3                     # each third; or probability = 0.2
//	  skip        = 10                    # but not the first ten
//	  times       = 2                     # and twice at most
//	  delay       = "2s"
//	  status      = 503                   # or cut = true, or body = "garbage" or "truncated"
//	  retry_after = "30s"
//	  when        = "after"               # it was done, and the client is told that it was not
//	}
//
//	rate_limit {
//	  requests_per_second = 100           # above it: 503 SlowDown
//	  burst               = 10
//	  count_refused       = true          # who is refused and does not rest stays refused
//	}
//
// Durations are those of Go with d and w besides, sizes are B, KB, MB, GB, TB or
// KiB, MiB, GiB, TiB. With durable state a seed is stored once, however often
// the server is started. The arguments of switches, fault and rate_limit are the
// fields of switches.Quirks, switches.Fault and switches.Rate, by their names in
// JSON; Admin changes them while the server runs.
//
// # How a request is answered
//
// The rate limit comes first, before anything is read of a request. Then its
// target and operation are found, and the faults are asked in the order of the
// file: before the signature is looked at. The first that strikes is the only
// one. Then come signature, permission and body, and last the operation, which
// answers once or returns an error. The access log has the fault that struck, and
// the status that was sent, or 0 where the connection was cut before one.
//
// ServeLifecycle does beside the requests what the buckets' lifecycles ask for;
// Admin can have it done at once.
//
// # What is easier than in KS3
//
// Objects of the archive classes can be read at once: there is no restore, which
// KS3 wants first. Nothing is encrypted, though requests and answers say how.
//
// # What it must never do
//
// It knows nothing of rules, plans or the client in this module: both ends share
// the facts of package ks3 and no code that acts on them, so that they can't
// agree with each other in error.
package emulator
