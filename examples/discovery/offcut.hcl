# Buckets that are found when a plan is made, instead of being named one by one. The
# plan records what was found, and says which buckets appeared or vanished since the
# last one.

provider "ks3" {
  region = "BEIJING"
}

data "buckets" "media" {
  provider   = ks3
  name_regex = "^media-"
  exclude    = ["media-archive"]
}

rule "media" {
  scan {
    buckets  = data.buckets.media.names
    prefixes = ["raw/"]
  }

  stale {
    older_than = "7d"
  }
}
