# No bucket fits, so that the rule has no instance: nothing in it asks for a key or value
# that is not there.
data "buckets" "media" {
  name_glob   = "media-*"
  allow_empty = true
}

rule "media" {
  for_each    = data.buckets.media.buckets
  description = "bucket ${each.key} of ${each.value.owner}"

  scan {
    buckets      = [each.key]
    whole_bucket = true
    allow_empty  = true
  }

  stale {
    older_than = each.value.type == "ARCHIVE" ? "30d" : "7d"
  }
}
