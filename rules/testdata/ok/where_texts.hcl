# Texts over upload.key that are compared character by character.
variable "kept" {
  default = ["legal/**", "masters/**"]
}

locals {
  kept = { "legal/?*" = true }
}

rule "globs_as_texts" {
  scan {
    buckets  = ["media"]
    prefixes = ["globs_as_texts/"]
  }
  stale {
    older_than = "7d"
    where = (
      !startswith(upload.key, "backups/*") # WARNING: Text with an asterisk | write glob("backups/**", upload.key).
      && !contains(["backups/**", "x*"], upload.key) # WARNING: Text with an asterisk | write anytrue([for g in ["backups/**"] : glob(g, upload.key)]).
      && upload.key != "legal/*" # WARNING: Text with an asterisk | write glob("legal/**", upload.key).
      && !endswith(upload.key, "*.mp4") # WARNING: Text with an asterisk | write glob("**/*.mp4", upload.key).
      && !strcontains(upload.key, "*legal*") # WARNING: Text with an asterisk | write glob("**legal**", upload.key).
      && !anytrue([for p in var.kept : startswith(upload.key, p)]) # WARNING: Text with an asterisk | write glob("legal/**", upload.key).
      && !lookup(local.kept, upload.key, false) # WARNING: Text with an asterisk
      && !contains(var.kept, upload.key) # WARNING: Text with an asterisk
      && trimprefix(upload.key, "raw/*") != "a" # WARNING: Text with an asterisk
    )
  }
}

rule "slashes" {
  scan {
    buckets  = ["media"]
    prefixes = ["slashes/"]
  }
  stale {
    older_than = "7d"
    where = (
      !startswith(upload.key, "/backups/") # WARNING: Text begins with a slash | write "backups/" unless
      && upload.key != "/a.bin" # WARNING: Text begins with a slash
      && !startswith(upload.key, "media/legal/") # WARNING: Key begins with the bucket's name | write "legal/" unless
      && !startswith(upload.key, "media/") # WARNING: Key begins with the bucket's name | write a comparison of upload.bucket unless
    )
  }
}

rule "globs" {
  scan {
    buckets  = ["media"]
    prefixes = ["globs/"]
  }
  stale {
    older_than = "7d"
    where = (
      !glob("media/backups/**", upload.key) # WARNING: Key begins with the bucket's name | write "backups/**" unless
      && !glob("backups/** ", upload.key) # WARNING: Blank at the end of a text
      && alltrue([for g in ["media/legal/**"] : !glob(g, upload.key)]) # WARNING: Key begins with the bucket's name
    )
  }
}

rule "fine" {
  scan {
    buckets  = ["media"]
    prefixes = ["fine/"]
  }
  stale {
    older_than = "7d"
    where = (
      !startswith(upload.key, "backups/") && upload.key != "legal/a.bin" && !endswith(upload.key, "/x.mp4")
      && !strcontains(upload.key, "/legal/") && !strcontains(upload.key, "*") && !endswith(upload.key, "**")
      && can(regex("^raw/.*", upload.key)) && length(regexall("a*", upload.key)) > 3
      && alltrue([for g in var.kept : !glob(g, upload.key)]) && !glob("*/legal/**", upload.key) && !glob("other/x/**", upload.key)
      && replace(upload.key, "*", "") != "x" && split("*", upload.key)[0] != "x" && upload.id != "/*" && !startswith(upload.bucket, "*")
      && upload.key != "" && !contains(["a.bin"], upload.key) && !startswith("${upload.bucket}/${upload.key}", "media/legal/")
    )
  }
}
