data "buckets" "media" {
  name_glob = data.buckets.other.names # ERROR: Value known too late [col 15] | all bucket lists are asked for at once
}

data "buckets" "other" {
  name_glob = "media-*"
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
