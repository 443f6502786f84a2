now = "2026-01-31T00:00:00Z"

test "a protect keeps what it covers, however old" {
  mock "upload" "evidence" {
    bucket = "media-prod"
    key    = "cases/2026-114/cam.mp4"
    age    = "300d"
  }

  mock "upload" "master" {
    bucket = "media-prod"
    key    = "films/9/masters/final.mov"
    age    = "30d"
  }

  mock "upload" "beside" {
    bucket = "media-prod"
    key    = "films/9/masters/old/final.mov"
    age    = "30d"
  }

  assert {
    condition     = verdict.evidence.by == "protect.legal_hold" && verdict.master.by == "protect.masters"
    error_message = "Both are protected."
  }

  assert {
    condition     = verdict.beside.action == "abort"
    error_message = "* does not go into the directory below."
  }
}

test "an ended protect keeps nothing" {
  now = "2099-06-30T00:00:00Z"

  mock "upload" "evidence" {
    bucket = "media-prod"
    key    = "cases/2026-114/cam.mp4"
    age    = "300d"
  }

  assert {
    condition     = verdict.evidence.action == "abort"
    error_message = "It ends at this very instant."
  }
}

test "an unknown owner is protected too" {
  mock "upload" "partner" {
    bucket = "media-archive"
    key    = "a"
    age    = "30d"
    owner  = "88002200"
  }

  mock "upload" "ours" {
    bucket = "media-archive"
    key    = "b"
    age    = "30d"
    owner  = "73398334"
  }

  mock "upload" "unknown" {
    bucket = "media-archive"
    key    = "c"
    age    = "30d"
  }

  assert {
    condition     = verdict.partner.reason == "protected" && verdict.unknown.reason == "protected"
    error_message = "Nothing is guessed about owners."
  }

  assert {
    condition     = verdict.ours.reason == "stale"
    error_message = "Our own uploads are not the partner's."
  }
}
