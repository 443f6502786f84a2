# Conditions over upload, and those that never change.
variable "floor" {
  default = "1024"
}

variable "none" {
  type    = bool
  default = null
}

rule "conditions" {
  scan {
    buckets  = ["media"]
    prefixes = ["raw/"]
  }
  stale {
    older_than = "7d"
    where = (
      upload.size >= tonumber(var.floor) || # what is small is left
      upload.storage_class == "ARCHIVE"
    )
  }
}

rule "texts_and_numbers" {
  scan {
    buckets  = ["media"]
    prefixes = ["raw/2/"]
  }
  stale {
    older_than = "7d"
    where      = upload.size >= max(tonumber(var.floor), sum([1, upload.parts])) && startswith("${upload.size} B", tostring(1))
  }
}

# What writes texts on purpose converts, and values of one kind go together.
rule "converted_on_purpose" {
  scan {
    buckets  = ["media"]
    prefixes = ["raw/2/a/"]
  }
  stale {
    older_than = "7d"
    where = (
      coalesce(var.none, upload.size > 0)
      && coalesce(tostring(upload.size), "x") != "0"
      && coalesce(null, "", upload.key) != "x"
      && join("-", [tostring(upload.parts), upload.key]) != "3-x"
      && format("%d of %s", upload.parts, upload.key) != "3 of x"
      && formatlist("%s", [upload.parts])[0] != "7"
      && jsonencode([upload.size, upload.key]) != "[]"
      && "${upload.size}%{ if upload.parts > 1 }${upload.parts}%{ endif }" != "05"
      && { (upload.key) = true, (tostring(upload.parts)) = false } != {}
      && tolist([null, upload.key, "x"])[1] != "x"
      && concat([1], ["x"])[1] != upload.key
      && length(setunion([upload.key], ["x"], [])) > 1
      && lookup(tomap({ a = 1 }), upload.key, 0) < upload.size
      && anytrue([for i, part in split("/", upload.key) : i > 0 && part != "x"])
      && alltrue([for o in [{ name = "a", least = 1 }, { name = "b" }] : o.name != upload.key || try(upload.size > o.least, true)])
      && alltrue([for o in [{ a = 1 }, { b = 2 }] : can(o.a) ? upload.size > o.a : true])
      && alltrue([for o in [{ a = 1 }, { b = 2 }] : !can(o.a) || upload.size > o.a])
      && (upload.parts > 1 ? upload.key : null) != "x"
      && slice(split("/", upload.key), 0, 1)[0] != "x"
    )
  }
}

rule "null" {
  scan {
    buckets  = ["media"]
    prefixes = ["raw/3/"]
  }
  stale {
    older_than = "7d"
    where      = var.none # WARNING: Condition that is null [col 18] | counts as not written
  }
}

rule "null_chosen" {
  scan {
    buckets  = ["media"]
    prefixes = ["raw/4/"]
  }
  stale {
    older_than = "7d"
    where      = var.none == null ? null : upload.size > 0
  }
}

rule "always" {
  scan {
    buckets  = ["media"]
    prefixes = ["raw/5/"]
  }
  stale {
    older_than = "7d"
    where      = upload.owner != null
  }
}

rule "never" {
  scan {
    buckets  = ["media"]
    prefixes = ["raw/6/"]
  }
  stale {
    older_than = "7d"
    where      = upload.owner == null # WARNING: Condition that never changes [col 18] | This is always false, so that the rule keeps every upload.
  }
}

rule "constant" {
  scan {
    buckets  = ["media"]
    prefixes = ["raw/7/"]
  }
  stale {
    older_than = "7d"
    where      = var.floor == "1024" # WARNING: Condition that never changes [col 18] | This is always true
  }
}

rule "accounts" {
  scan {
    buckets  = ["media"]
    prefixes = ["raw/accounts/"]
  }
  stale {
    older_than = "7d"
    where = (
      upload.owner != "73398334"                       # WARNING: Account that is not in Base64 [col 23] | base64encode
      && !contains(["robot", "7"], upload.initiator)   # WARNING: Account that is not in Base64 [col 20] | upload.initiator is what the store tells
      && upload.owner != base64encode("73398334")
      && upload.owner != "release-bot" # WARNING: Account that is not in Base64 [col 26] | never equals this text
      && lookup({ "73398334" = true }, upload.owner, false) # WARNING: Account that is not in Base64 [col 17] | never equals a number
      && !anytrue([for id in ["73398334"] : id == upload.owner]) # WARNING: Account that is not in Base64 [col 45]
      && alltrue([for id in [base64encode("7")] : id != upload.owner])
      && upload.key != "7"
      && !startswith(upload.owner, "7339")            # WARNING: Account that is not in Base64 | it never holds these digits. Look at base64decode(upload.owner)
      && !can(regex("^7339", upload.owner))           # WARNING: Account that is not in Base64
      && length(setintersection(["73398334"], [upload.owner])) == 0 # WARNING: Account that is not in Base64 | base64encode(...) around each id
      && !glob("7339*", upload.owner) # WARNING: Account that is not in Base64
      && !startswith(base64decode(upload.owner), "7339") && !startswith(upload.owner, "Nz") && !endswith(upload.owner, "4")
      && length(setintersection([base64encode("73398334")], [upload.owner])) == 0 && can(regex("^[A-Z]", upload.owner))
    )
  }
}

rule "never_changes" {
  scan {
    buckets  = ["media"]
    prefixes = ["raw/21/"]
  }
  stale {
    older_than = "7d"
    where      = upload.age > duration("1d") # WARNING: Condition that never changes [col 18] | This is always true
  }
}

rule "never_changes_whatever_it_is" {
  scan {
    buckets  = ["media"]
    prefixes = ["raw/22/"]
  }
  stale {
    older_than = "7d"
    where      = upload.parts >= 0 # WARNING: Condition that never changes
  }
}

rule "begins_with_nothing" {
  scan {
    buckets  = ["media"]
    prefixes = ["raw/23/"]
  }
  stale {
    older_than = "7d"
    where      = startswith(upload.key, "") # WARNING: Condition that never changes
  }
}

rule "dead_terms" {
  scan {
    buckets  = ["media"]
    prefixes = ["raw/24/"]
  }
  stale {
    older_than = "7d"
    where = (
      upload.age >= 0 # WARNING: Term that never changes [col 7] | This is always true
      && !(glob("**", upload.key) && glob("raw/24/tmp/**", upload.key)) # WARNING: Term that never changes [col 12]
      && (upload.age < duration("1d") || upload.size > 0) # WARNING: Term that never changes [col 11] | This is always false
      && (upload.size == -1 || upload.owner == null || upload.parts > 0) # WARNING: Term that never changes [col 11] | always false
      && upload.age >= duration("8d")
      && upload.idle > duration("1d")
      && (var.none == null || upload.size > 0) # a switch
      && (glob("raw/x", "raw/y") || upload.parts == 1) # WARNING: Term that never changes [col 11] | always false
    )
  }
}

rule "units" {
  scan {
    buckets  = ["media"]
    prefixes = ["raw/25/"]
  }
  stale {
    older_than = "7d"
    where = (
      upload.idle > 7 # WARNING: Number without a unit [col 21] | is in seconds, so that this means 7 seconds. Write duration("7d") for
      && 1209600 <= upload.age # WARNING: Number without a unit [col 10] | so that this means 14d. Write duration("14d")
      && upload.size > 100 # WARNING: Number without a unit [col 24] | is in bytes, so that this means 100 of them. Write bytes("100MiB")
      && upload.size > 1024 && upload.idle > 0 && upload.parts < 30 && upload.idle > 7 * 86400
      && upload.size >= 1 && upload.size > 1 && !(upload.size < 1) && !(upload.size <= 0) # empty or not
    )
  }
}

# Numbers with names are numbers too.
variable "days" {
  type    = number
  default = 7
}

variable "max_age" {
  default = 1209600
}

variable "limits" {
  default = { size = 100, big = 1048576 }
}

variable "idle_seconds" {
  default = 7
}

variable "told" {
  default = { idle_secs = 7, sec = 7, idle_s = 7, size_b = 100, gib = 1, sizes = 7, size_mib = 7 }
}

locals {
  days      = var.days
  weeks     = 2
  fortnight = duration("14d")
  computed  = var.days * 86400
  age       = local.fortnight
}

rule "named_units" {
  scan {
    buckets  = ["media"]
    prefixes = ["raw/26/"]
  }
  stale {
    older_than = "7d"
    where = (
      upload.idle > var.days        # WARNING: Number without a unit [col 21] | var.days is 7, and upload.idle is in seconds, so that this means 7 seconds. Write duration("${var.days}d") for that many days, or duration("${var.days}s") if
      && var.max_age <= upload.age  # WARNING: Number without a unit [col 10] | var.max_age is 1209600, and upload.age is in seconds, so that this means 14d. Write duration("${var.max_age}s")
      && upload.idle > local.days   # WARNING: Number without a unit [col 24] | local.days is 7, and
      && upload.idle > local.weeks  # WARNING: Number without a unit [col 24] | local.weeks is 2, and
      && upload.size > var.limits.size # WARNING: Number without a unit [col 24] | var.limits.size is 100, and upload.size is in bytes, so that this means 100 of them. Write bytes("${var.limits.size}MiB")
      && upload.size > var.limits.big
      && upload.idle > var.idle_seconds
      && upload.idle > var.told.idle_secs && upload.idle > var.told.sec && upload.idle > var.told["idle_s"] && upload.size > var.told.size_b
      && upload.size > var.told.gib      # WARNING: Number without a unit [col 24] | var.told.gib is 1
      && upload.size > var.told.size_mib # WARNING: Number without a unit [col 24] | var.told.size_mib is 7
      && upload.idle > var.told.sizes    # WARNING: Number without a unit [col 24] | var.told.sizes is 7
      && upload.age >= local.fortnight && upload.idle >= local.computed && upload.age >= local.age
      && upload.idle > duration("${var.days}d") && upload.parts > var.days
    )
  }
}
