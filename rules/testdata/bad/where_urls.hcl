# Keys have no scheme and no bucket before them.

rule "prefix" {
  scan {
    buckets  = ["media"]
    prefixes = ["prefix/"]
  }
  stale {
    older_than = "7d"
    where = (
      !startswith(upload.key, "ks3://media/legal/") # ERROR: Text is a URL [col 31] | write "legal/".
      && upload.key != "s3://media/a" # ERROR: Text is a URL [col 24]
    )
  }
}

rule "glob" {
  scan {
    buckets  = ["media"]
    prefixes = ["glob/"]
  }
  stale {
    older_than = "7d"
    where = (
      !glob("ks3://media/backups/**", upload.key) # ERROR: Glob is a URL [col 13] | write "backups/**".
    )
  }
}

rule "unseen" {
  scan {
    buckets  = ["media"]
    prefixes = ["unseen/"]
  }
  stale {
    older_than = "7d"
    where = (
      !glob("backups​/**", upload.key) # ERROR: Character that cannot be seen [col 13]
    )
  }
}
