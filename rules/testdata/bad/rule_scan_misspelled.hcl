rule "r" {
  scann { # ERROR: Unsupported block | Did you mean "scan"?
    buckets = ["media"]
  }
  stale {
    older_than = "7d"
  }
}
