data "buckets" "media" {
  name_glob = "media-*"
}

rule "r" {
  scan {
    buckets      = data.buckets.meida.names # ERROR: Reference to undeclared data [col 20] | Did you mean "media"? Declared: "data.buckets.media".
    whole_bucket = true
  }
  stale {
    older_than = "7d"
  }
}
