# What is allowed, but said.
offcut {
  minimum_age = "1h" # WARNING: Minimum age below one day [col 17]
}

rule "raw" {
  mode = "apply" # WARNING: Mode without a schedule [col 3]

  scan {
    buckets = ["media"]
    prefixes = [
      "raw",     # WARNING: Prefix without a slash at its end [col 7] | such as "rawhide/". Write "raw/"
      "photo-",  # a name's beginning, on purpose
      "/abs/",   # WARNING: Prefix begins with a slash | write "abs/" unless
      "tmp/*",   # WARNING: Prefix with an asterisk | prefixes = ["tmp/"]
      "**",      # WARNING: Prefix with an asterisk | whole_bucket = true
      "媒体",      # WARNING: Prefix without a slash at its end
    ]
    exclude = [] # nothing to exclude is no mistake
  }

  stale {
    older_than = "2h"
    idle_for   = "1h"
  }
}

protect "hold" {
  buckets = ["media"]
  prefixes = [
    "raw",   # more is protected then, which harms nobody
    "/abs/", # WARNING: Prefix begins with a slash
  ]
}

locals {
  decomposed = "café/" # WARNING: Text not in Unicode normal form C [col 17] | as "caf\u00e9/" # WARNING: Unused local value [col 3]
  escaped    = "cafe\u0301/" # WARNING: Text not in Unicode normal form C # WARNING: Unused local value [col 3]
  composed   = "café/" # WARNING: Unused local value [col 3]
}

rule "keys" {
  scan {
    buckets = ["media"]
    prefixes = [
      "raw/",
      "raw/a ",      # WARNING: Blank at the end of a text [col 7] | ends in a blank
      "\traw/",      # WARNING: Blank at the end of a text | begins with a tab
      "raw/line\nx/", # a newline inside is a character like any other
      "raw/../x/",   # WARNING: Prefix with a dot segment | never aborted
    ]
    exclude = [
      "keep/**",     # WARNING: Exclude that excludes nothing [col 7] | such as "**/keep/**".
      "/raw/keep",   # WARNING: Exclude that excludes nothing | such as "raw/keep".
      "raw/keep/",   # WARNING: Exclude of a single name | Write "raw/keep/**".
      "raw/keep",    # WARNING: Exclude of a single name | Write "raw/keep/**" if
      "raw/a.bin",   # one key, on purpose
      "raw/keep/**\n", # WARNING: Blank at the end of a text | ends in a newline
      "r?w/*", "raw/*/x", "**/x", "raw/line\n*/*", # all of these reach a prefix # WARNING: Exclude of one level [col 7] # WARNING: Exclude of one level [col 35]
      "tmp*",        # WARNING: Exclude that excludes nothing
    ]
  }
  stale {
    older_than = "7d"
  }
}

rule "all" {
  scan {
    buckets      = ["logs"]
    whole_bucket = true
    exclude      = ["/abs/**"] # WARNING: Exclude begins with a slash | write "abs/**" unless
  }
  stale {
    older_than   = "7d"
    idle_for     = "10d" # WARNING: Idle time beyond the lifetime [col 20] | max_lifetime (10d)
    max_lifetime = "10d"
  }
}

protect "blanks" {
  buckets = ["media"]
  prefixes = [
    "raw/legal\n",  # WARNING: Blank at the end of a text | ends in a newline
    " raw/legal/",  # WARNING: Blank at the end of a text | begins with a blank # WARNING: Element of a protect that protects nothing
  ]
}

protect "another_bucket" { # WARNING: Protect that protects nothing [col 1]
  buckets      = ["meida"]
  whole_bucket = true
}

protect "another_prefix" { # WARNING: Protect that protects nothing
  buckets  = ["media"]
  prefixes = ["legal/"]
}

protect "wider" {
  buckets  = ["m*"]
  prefixes = ["ra"]
}

protect "keys" {
  buckets = ["media", "logs"]
  keys = [
    "raw/legal/",       # WARNING: Glob of a single name [col 5] | Write "raw/legal/**".
    "raw/legal",        # WARNING: Glob of a single name | Write "raw/legal/**" if
    "raw/index.json",   # one key, on purpose
    "/raw/legal/**",    # WARNING: Glob begins with a slash | write "raw/legal/**" unless
    "raw/./legal/**",   # WARNING: Glob with a dot segment | need no protect
    "raw/legal/** ",    # WARNING: Blank at the end of a text | ends in a blank
    "media/legal/**",   # WARNING: Key begins with the bucket's name [col 5] | write "legal/**" unless
  ]
}

protect "keys_elsewhere" { # WARNING: Protect that protects nothing | its keys lie outside
  buckets = ["media"]
  keys    = ["legal/**"]
}

protect "owner_elsewhere" { # WARNING: Protect that protects nothing
  buckets      = ["meida"]
  whole_bucket = true
  owners       = ["2000093"]
}

rule "paths" {
  scan {
    buckets = ["media", "logs"]
    prefixes = [
      "media/raw/", # WARNING: Key begins with the bucket's name [col 7] | write "raw/" unless
      "logs/",      # WARNING: Key begins with the bucket's name | write whole_bucket = true unless
      "raw/media/",
    ]
    exclude = ["media/raw/keep/**"] # WARNING: Key begins with the bucket's name
  }
  stale {
    older_than = "7d"
  }
}

rule "covered" {
  scan {
    buckets = ["photos"]
    prefixes = [
      "raw/",
      "tmp/",
      "raw/",     # WARNING: Prefix given twice [col 7] | stands in this list already, at line 147.
      "raw/a/",   # decided about by itself where another rule has raw/ too
    ]
    exclude = [
      "raw/**",   # WARNING: Exclude of a whole prefix [col 7] | excludes every key under "raw/", so that this rule looks at nothing there.
      "t?p/**/*", # WARNING: Exclude of a whole prefix | under "tmp/"
      "tmp/*",    # WARNING: Exclude of one level | Write "tmp/**" for
    ]
  }
  stale {
    older_than = "7d"
  }
}

rule "nothing" {
  scan {
    buckets      = ["photos"]
    whole_bucket = true
    exclude      = ["**"] # WARNING: Exclude of a whole prefix [col 21] | excludes every key of the bucket
  }
  stale {
    older_than = "7d"
  }
}

rule "shared" {
  scan {
    buckets  = ["photos", "pictures"]
    prefixes = ["new/", "tmp/"] # WARNING: Rules with the same prefix [col 25] | rule.shared looks at "tmp/" in the bucket "photos", and so does rule.covered (main.hcl:143). Both decide there, and keep wins: an upload is aborted only if both find it stale. Join
  }
  stale {
    older_than = "7d"
  }
}

rule "shared_whole" {
  scan {
    buckets      = ["photos", "pictures"]
    whole_bucket = true # WARNING: Rules with the same prefix [col 20] | rule.shared_whole looks at the whole bucket "photos", and so does rule.nothing
  }
  stale {
    older_than = "7d"
    where      = upload.size > 0
  }
}

rule "shared_where" {
  scan {
    buckets      = ["pictures"]
    whole_bucket = true # WARNING: Rules with the same prefix [col 20] | and so does rule.shared_whole (main.hcl:184). Both decide there, and keep wins: an upload is aborted only if both find it stale. What the where of one of them is false for is kept
  }
  stale {
    older_than = "7d"
  }
}

rule "withheld" { # WARNING: Rule that can abort nothing [col 1] | protect.held_keys, protect.held_prefix cover every key
  scan {
    buckets  = ["held"]
    prefixes = ["a/", "b/c/"]
  }
  stale {
    older_than = "7d"
  }
}

protect "held_prefix" {
  buckets = ["held"]
  prefixes = [
    "b/",
    "b/c/", # WARNING: Prefix covered by another [col 5] | begins with "b/", which stands in this list too
  ]
}

protect "held_keys" {
  buckets = ["hel*"]
  keys    = ["a/**"]
}

rule "not_withheld" {
  scan {
    buckets  = ["held"]
    prefixes = ["d/", "e/", "f/"]
  }
  stale {
    older_than = "7d"
  }
}

protect "not_for_ever" {
  buckets  = ["held"]
  prefixes = ["d/"]
  until    = "2027-01-01T00:00:00Z"
}

protect "not_everybody" {
  buckets  = ["held"]
  prefixes = ["e/"]
  owners   = ["2000093"]
}

protect "not_everything" {
  buckets = ["held"]
  keys    = ["f/*"] # WARNING: Glob of one level [col 14]
}

rule "withheld_and_disabled" {
  enabled = false
  scan {
    buckets  = ["held"]
    prefixes = ["a/b/"]
  }
  stale {
    older_than = "7d"
  }
}

rule "plain" {
  scan {
    buckets = ["plain"]
    prefixes = [
      "raw/",
      "cam-?/",       # WARNING: Prefix with a special sign [col 7] | so that "?" stands for itself: "cam-?/" covers only
      "cam[0-9]/",    # WARNING: Prefix with a special sign | list each prefix
      "{a,b}/",       # WARNING: Prefix with a special sign
      "logs/.+/",     # WARNING: Prefix with a special sign | so that ".+" stands
      "logs\\old/",   # WARNING: Prefix with a special sign | Segments are separated by a slash
      "logs//old/",   # WARNING: Prefix with a special sign | Write a single slash
      "a/, b/",       # WARNING: Prefix with a special sign | write each prefix in quotes of its own
      "logs/ old/",   # WARNING: Prefix with a special sign | Remove the blank
      "logs/my old/",
    ]
  }
  stale {
    older_than = "7d"
  }
}

protect "plain" {
  buckets = ["plain"]
  prefixes = [
    "raw/legal-?/",           # WARNING: Prefix with a special sign [col 5] | If a glob was meant, write keys = ["raw/legal-?/**"].
    "raw/\u0645\u06cc\u200c\u0631/", # seen in the text
  ]
}

rule "levels" {
  scan {
    buckets      = ["levels"]
    whole_bucket = true
    exclude = [
      "raw/legal/*",   # WARNING: Exclude of one level [col 7] | covers no key with a further "/": * ends at a slash. Write "raw/legal/**" for everything below, or "raw/legal/?*" if
      "*.mp4",         # WARNING: Exclude of one level | Write "**/*.mp4" for those below too, or "?*.mp4" if
      "raw/*/x.bin",   # any name, on purpose
      "raw/legal/?*", "raw/legal/b*?", "?*.mp4", # one level, on purpose
      "\\*x*.mp4",     # WARNING: Exclude of one level [col 7] | or "\\*x?*.mp4" if only those without one are meant
      "??.mp4",        # WARNING: Exclude of one level [col 7] | Write "**/??.mp4" for those below too.
      "raw/legal/a\\*", # one key with an asterisk # WARNING: Exclude of a single name
    ]
  }
  stale {
    older_than = "7d"
    where = (
      !glob("raw/leg*", upload.key) # WARNING: Glob of one level [col 13] | Write "raw/leg**" for everything below, or "raw/leg?*" if
      && !glob("raw/leg?*", upload.key)
      && !glob("raw/legal/", upload.key) # WARNING: Glob of a single name [col 16] | Write "raw/legal/**".
      && !anytrue([for g in ["raw/legal", "a/**"] : glob(g, upload.key)]) # WARNING: Glob of a single name [col 58] | "raw/legal" matches that one key only
      && !glob("levels*", upload.bucket)
    )
  }
}

protect "levels" {
  buckets = ["levels"]
  keys    = ["raw/leg*", "?.mp4"] # WARNING: Glob of one level [col 14] | Write "raw/leg**" # WARNING: Glob of one level [col 26] | Write "**/?.mp4"
}

rule "elements" {
  scan {
    buckets  = ["elements", "backups"]
    prefixes = ["raw/", "media/"]
  }
  stale {
    older_than = "7d"
  }
}

protect "elements" {
  buckets = [
    "elements",
    "backup",   # WARNING: Element of a protect that protects nothing [col 5] | No rule looks at a bucket that "backup" names, so that it protects nothing. Did you mean "backups"?
    "nothing-*", # WARNING: Element of a protect that protects nothing [col 5] | Check how it is spelled
  ]
  prefixes = [
    "raw/legal/",
    "Raw/legal/", # WARNING: Element of a protect that protects nothing [col 5] | begin with "Raw/legal/" in these buckets, so that it protects nothing. Did you mean "raw/legal/"?
    "mdia/legal/", # WARNING: Element of a protect that protects nothing | Did you mean "media/legal/"?
    "med",        # more is protected then
  ]
  keys = [
    "**/masters/**",
    "tmp/masters/**", # WARNING: Element of a protect that protects nothing [col 5] | that "tmp/masters/**" matches in these buckets
  ]
}

rule "either_day" {
  schedule = "0 3 1 * 1" # WARNING: Schedule of either day [col 14] | on every day that fits the day of month "1", and on every one that fits the day of week "1"
  scan {
    buckets  = ["days", "days"] # WARNING: Bucket given twice [col 25] | stands in this list already.
    prefixes = ["raw/"]
  }
  stale {
    older_than = "7d"
  }
}

rule "one_day" {
  schedule = "0 3 1-7 * *"
  scan {
    buckets  = ["days"]
    prefixes = ["tmp/"]
  }
  stale {
    older_than = "7d"
  }
}

protect "days" {
  buckets  = ["d*", "d*"] # WARNING: Bucket given twice [col 21]
  prefixes = ["raw/a/"]
}
