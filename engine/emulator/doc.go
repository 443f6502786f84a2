// Package emulator is the other end of the wire: a KS3 server for multipart
// uploads over real sockets, with real signatures and durable state. A runbook
// is rehearsed on it, an uploader is tested on it, and the demo and the tests
// stand on it.
//
// The server answers in the dialect in which it was asked: native (x-kss-) or
// AWS-compatible (x-amz-). What it does not do yet it refuses with 501
// NotImplemented and says what was asked; it never takes a header or a parameter
// of another operation and leaves it without effect.
//
// # What is kept, and where
//
// Metadata is in one bbolt file, the bytes of parts are in files beside it:
//
//	DIR/state.db       buckets, uploads, parts, objects
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
// A file *.emulator.hcl describes users, buckets and seeded uploads:
//
//	user "73398334" {
//	  access_key_id     = "offcut"
//	  secret_access_key = "offcut-secret"
//	  name              = "offcut"        # display name; the id when left out
//	  session_token     = "..."           # when set, every request of this key must carry it
//	}
//
//	bucket "media" {
//	  region = "BEIJING"                  # the server's default when left out
//	  type   = "NORMAL"                   # or ARCHIVE and the types of the SDKs
//	  owner  = "73398334"                 # the first user when left out
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
// Durations are those of Go with d and w besides, sizes are B, KB, MB, GB, TB or
// KiB, MiB, GiB, TiB. With durable state a seed is stored once, however often
// the server is started.
//
// # What it must never do
//
// It knows nothing of rules, plans or the client in this module: both ends share
// the facts of package ks3 and no code that acts on them, so that they can't
// agree with each other in error.
package emulator
