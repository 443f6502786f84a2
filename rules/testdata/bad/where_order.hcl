variable "legal" {
  default = ["raw/legal/", "raw/masters/"]
}

rule "texts" {
  scan {
    buckets  = ["media"]
    prefixes = ["raw/"]
  }
  stale {
    older_than = "7d"
    where = (
      !startswith("raw/legal/", upload.key) # ERROR: Arguments the wrong way round [col 8] | Write startswith(upload.key, "raw/legal/").
      && !endswith(".mp4", lower(upload.key)) # ERROR: Arguments the wrong way round [col 11] | Write endswith(lower(upload.key), ".mp4").
      && !strcontains("legal", upload.key) # ERROR: Arguments the wrong way round [col 11] | what it may hold. Write strcontains(upload.key, "legal").
      && length(split(upload.key, "/")) < 3 # ERROR: Arguments the wrong way round [col 17] | Write split("/", upload.key).
      && !can(regex(upload.key, "^raw/legal/")) # ERROR: Arguments the wrong way round [col 15] | Write regex("^raw/legal/", upload.key).
      && regexall(upload.key, var.legal[0]) == [] # ERROR: Arguments the wrong way round [col 10] | Write regexall(var.legal[0], upload.key).
      && trimprefix("raw/", upload.key) != "legal" # ERROR: Arguments the wrong way round [col 10]
    )
  }
}

rule "globs" {
  scan {
    buckets  = ["media"]
    prefixes = ["raw/"]
  }
  stale {
    older_than = "7d"
    where = (
      !glob(upload.key, "raw/legal/**") # ERROR: Arguments the wrong way round [col 8] | Write glob("raw/legal/**", upload.key).
      && !glob("${upload.key}", "raw/legal/**") # ERROR: Arguments the wrong way round [col 11] | Write glob("raw/legal/**", "${upload.key}").
      && !anytrue([for p in var.legal : startswith(p, upload.key)]) # ERROR: Arguments the wrong way round [col 41] | Write startswith(upload.key, p).
      && !anytrue([for s in split("/", upload.key) : startswith("legal", s)]) # ERROR: Arguments the wrong way round [col 54] | Write startswith(s, "legal").
      && glob(upload.key, upload.id)
      && anytrue([for s in split("/", upload.key) : startswith(s, upload.bucket)])
    )
  }
}
