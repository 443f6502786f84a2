# Numbers that are compared with an age or a size: computed, looked up, or of another unit.
variable "days" {
  type    = number
  default = 31
}

variable "days_of" {
  type    = map(number)
  default = { media = 31, films = 7 }
}

variable "seconds_of" {
  type    = map(number)
  default = { media = 31, films = 7 }
}

variable "floor" {
  type    = map(number)
  default = { media = 1 }
}

variable "limits" {
  type    = map(object({ days = number, mib = number, idle_seconds = number }))
  default = { media = { days = 31, mib = 100, idle_seconds = 45 } }
}

locals {
  grace = 10 * 60
  hour  = duration("1h")
}

rule "warned" {
  scan {
    buckets  = ["media"]
    prefixes = ["raw/warned/"]
  }
  stale {
    older_than = "7d"
    where = (
      upload.age > var.days_of[upload.bucket] # WARNING: Number without a unit [col 20] | is in seconds
      && upload.age > var.limits[upload.bucket].days # WARNING: Number without a unit [col 23] | is in seconds
      && upload.age > lookup(var.days_of, upload.bucket, 30) # WARNING: Number without a unit [col 23] | is in seconds
      && upload.idle > var.days * 24 # WARNING: Number without a unit [col 24] | is in seconds
      && min(upload.age, upload.idle) > 30 # WARNING: Number without a unit [col 41] | is in seconds
      && upload.size > var.limits[upload.bucket].mib # WARNING: Number without a unit [col 24] | is in bytes
      && upload.age > max(var.days, 7) # WARNING: Number without a unit [col 23] | is in seconds
      && upload.age > coalesce(var.days, 30) # WARNING: Number without a unit [col 23] | is in seconds
      && upload.age - upload.idle < var.days # WARNING: Number without a unit [col 37] | is in seconds
      && upload.idle > var.days_of[upload.bucket] * 24 # WARNING: Number without a unit [col 24] | is in seconds
      && upload.age > bytes("30GiB") # WARNING: Different units [col 10] | bytes and seconds
      && upload.size > duration("30d") # WARNING: Different units [col 10] | bytes and seconds
      && upload.age > upload.size # WARNING: Different units [col 10] | bytes and seconds
      && upload.size > max(upload.idle, upload.size) # WARNING: Different units [col 24] | bytes and seconds
    )
  }
}

rule "meant" {
  scan {
    buckets  = ["media"]
    prefixes = ["raw/meant/"]
  }
  stale {
    older_than = "7d"
    where = (
      upload.age > var.days * 86400
      && upload.age > var.days_of[upload.bucket] * 24 * 60 * 60
      && upload.age > lookup(var.seconds_of, upload.bucket, 30)
      && upload.age > lookup({ media = 1209600 }, upload.bucket, 604800)
      && upload.idle > var.limits[upload.bucket].idle_seconds
      && upload.idle > duration("${var.days_of[upload.bucket]}d")
      && upload.age > duration("1d") * var.days
      && upload.idle > local.grace
      && upload.age > local.hour * var.days
      && upload.age / 86400 > 30 && floor(upload.age / 86400) > var.days
      && upload.size / upload.age > 30
      && upload.size / max(upload.parts, 1) < bytes("5MiB")
      && upload.size / 1048576 > var.limits[upload.bucket].mib
      && upload.size > var.limits[upload.bucket].mib * 1024 * 1024
      && upload.size > bytes("${var.limits[upload.bucket].mib}MiB")
      && upload.size > length(upload.key) && upload.size > lookup(var.floor, upload.bucket, 0)
      && upload.age > 2 * upload.idle && upload.age - upload.idle > duration("1h")
      && upload.parts > var.days_of[upload.bucket]
      && upload.size > (upload.age > duration("30d") ? 0 : bytes("1MiB"))
      && upload.age > (upload.bucket == "media" ? duration("30d") : duration("8d"))
    )
  }
}

rule "told_once" {
  scan {
    buckets  = ["media"]
    prefixes = ["raw/told_once/"]
  }
  stale {
    older_than = "7d"
    where      = upload.age > max(var.days, 7) # WARNING: Number without a unit [col 31] | is at most 31
  }
}
