data "buckets" "media" {
  name_glob = "media-*"
  exclude   = ["media-scratch", "media-archiv"] # WARNING: Exclude that excludes nothing [col 33] | None of the buckets that data.buckets.media would stand for without it matches "media-archiv". Did you mean "media-archive"?
}

data "buckets" "regex" {
  name_regex = "media-*" # WARNING: Regular expression that looks like a glob [col 16] | Write name_glob = "media-*", or name_regex = "^media-".
  exclude    = ["logs"]  # WARNING: Exclude that excludes nothing [col 17] | that data.buckets.regex would stand for
}

data "buckets" "right" {
  name_regex = "^media-.*x?$"
}

rule "r" {
  scan {
    buckets      = concat(data.buckets.media.names, data.buckets.regex.names, data.buckets.right.names)
    whole_bucket = true
  }
  stale {
    older_than = "7d"
  }
}
