data "buckets" "media" {
  name_glob = "media-*"
}

rule "r" {
  schedule = length(data.buckets.media.names) > 3 ? "@hourly" : "@daily" # ERROR: Value known too late [col 14] | "schedule" of rule "r"
  scan {
    buckets      = data.buckets.media.names
    whole_bucket = true
  }
  stale {
    older_than = "7d"
  }
}
