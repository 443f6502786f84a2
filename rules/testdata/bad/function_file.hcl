rule "r" {
  scan {
    buckets      = split(",", file("b.txt")) # ERROR: Invalid function argument [col 37] | "b.txt" cannot be read: these rules come from no directory
    whole_bucket = true
  }
  stale {
    older_than = "7d"
  }
}
