data "buckets" "media" {
  name_globs = "media-*" # ERROR: Unsupported argument [col 3] | Did you mean "name_glob"?
}

rule "r" {
  scan {
    buckets      = data.buckets.media.names
    whole_bucket = true
  }
  stale {
    older_than = "7d"
  }
}
