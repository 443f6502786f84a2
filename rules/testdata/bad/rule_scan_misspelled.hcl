rule "r" {
  scann { # ERROR: Unsupported block [col 3] | Did you mean "scan"?
    buckets = ["media"]
  }
  stale {
    older_than = "7d"
  }
}
