rule "r" {
  scan {
    buckets = [
      "ab",     # ERROR: Invalid bucket name [col 7] | has 2 characters
      "abc",
      "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", # ERROR: Invalid bucket name [col 7] | has 64 characters
      "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
      "-media", # ERROR: Invalid bucket name [col 7] | begins or ends with a sign
      "media.", # ERROR: Invalid bucket name [col 7] | begins or ends with a sign
      "Old_style.name",
    ]
    whole_bucket = true
  }
  stale {
    older_than = "7d"
  }
}
